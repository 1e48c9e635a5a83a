"""POST /payroll/jobs: accept a payroll job and queue it."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import WalletNotFound, WalletOwnerMismatch
from novapay.http import api, idempotency_key
from novapay.http.body import JOB_BODY_BYTES_MAX
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.payroll import CreateJob, JobReceipt
from novapay.usecases import create_job as usecase
from novapay.wiring import payroll

app = api.resolver()


@app.post(
    "/payroll/jobs",
    **api.operation(
        "create_job",
        service="payroll",
        summary="Queue a bulk payroll job",
        model=JobReceipt,
        status=HTTPStatus.CREATED,
        errors=(WalletNotFound, WalletOwnerMismatch),
    ),
)
def create_job(body: CreateJob, _key: idempotency_key.KeyHeader = None) -> Response[str]:
    """A job with all its items, stored; it runs from then on by itself.

    The total is set aside first: a job that its wallet cannot cover fails and pays nobody.
    After that a bad item fails alone, and every other item is paid exactly once."""
    answer = usecase.create_job(
        wiring.store(),
        payroll.executions(),
        body.order(),
        claim=api.claim(app, body),
        answer=api.answers(app, HTTPStatus.CREATED, JobReceipt.of),
    )
    return api.answer_response(answer)


handler = entrypoint(app, body_bytes_max=JOB_BODY_BYTES_MAX)
