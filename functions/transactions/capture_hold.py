"""POST /transactions/holds/{holdId}/captures: pay a recipient from a hold, once."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.errors import IdempotencyKeyMissing
from novapay.http.schemas.fields import HoldIdField
from novapay.http.schemas.holds import CaptureHold, CaptureReceipt
from novapay.usecases import capture_hold as usecase

endpoint = Endpoint(__file__)


@endpoint.post(
    "/transactions/holds/<holdId>/captures",
    "Pay from a hold",
    model=CaptureReceipt,
    status=HTTPStatus.CREATED,
    errors=(IdempotencyKeyMissing, *usecase.ERRORS),
)
def capture_hold(
    holdId: HoldIdField, body: CaptureHold, _key: idempotency_key.KeyHeader = None
) -> Answer:
    """A transfer from the hold to its recipient, made at most once under its key.

    What is left returns to the wallet in the same commit, unless `final` is false. The owner may
    ask for it, and the recipient whom the hold names."""
    return usecase.capture_hold(
        wiring.resources(),
        body.order(holdId),
        endpoint.caller(),
        keyed_request=endpoint.required_keyed_request(body),
        answer=endpoint.answers(CaptureReceipt.of),
    )


handler = endpoint.handler
