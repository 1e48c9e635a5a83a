"""POST /payroll/jobs: accept a payroll job and queue it."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import NotTheOwner
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.body import JOB_BODY_BYTES_MAX
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.payroll import CreateJob, JobReceipt
from novapay.usecases import create_job as usecase
from novapay.wiring import payroll, seals

endpoint = Endpoint(__file__, scope=Scope.PAYROLL, body_bytes_max=JOB_BODY_BYTES_MAX)


@endpoint.post(
    "/payroll/jobs",
    "Queue a bulk payroll job",
    model=JobReceipt,
    status=HTTPStatus.CREATED,
    errors=(NotTheOwner, *usecase.ERRORS),
)
def create_job(body: CreateJob, _key: idempotency_key.KeyHeader = None) -> Answer:
    """A job with all its items, stored; it runs from then on by itself. The total is set aside
    first, or nobody is paid; then a bad item fails alone."""
    endpoint.caller().check_acts_for(body.source_user_id, body.employer_id)
    return usecase.create_job(
        wiring.resources(),
        payroll.executions(),
        seals.seals(),
        body.order(endpoint.request_id),
        keyed_request=endpoint.keyed_request(body),
        answer=endpoint.answers(JobReceipt.of),
    )


handler = endpoint.handler
