"""POST /payroll/jobs: accept a payroll job and queue it."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import NotTheOwner, ScopeMissing
from novapay.http import api, idempotency_key, ids
from novapay.http.body import JOB_BODY_BYTES_MAX
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.payroll import CreateJob, JobReceipt
from novapay.usecases import create_job as usecase
from novapay.wiring import payroll, seals

app = api.resolver()


@app.post(
    "/payroll/jobs",
    **api.operation(
        "create_job",
        service="payroll",
        summary="Queue a bulk payroll job",
        model=JobReceipt,
        status=HTTPStatus.CREATED,
        errors=(NotTheOwner, ScopeMissing, *usecase.ERRORS),
    ),
)
def create_job(body: CreateJob, _key: idempotency_key.KeyHeader = None) -> Response[str]:
    """A job with all its items, stored; it runs from then on by itself. The total is set aside
    first, or nobody is paid; then a bad item fails alone."""
    api.caller(app).check_acts_for(body.source_user_id, body.employer_id)
    answer = usecase.create_job(
        wiring.resources(),
        payroll.executions(),
        seals.seals(),
        body.order(ids.request_id_of(app.current_event.raw_event)),
        keyed_request=api.keyed_request(app, body),
        answer=api.answers(app, HTTPStatus.CREATED, JobReceipt.of),
    )
    return api.answer_response(answer)


handler = entrypoint(app, scope=Scope.PAYROLL, body_bytes_max=JOB_BODY_BYTES_MAX)
