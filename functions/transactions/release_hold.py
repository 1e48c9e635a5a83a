"""POST /transactions/holds/{holdId}/release: return what is left of a hold, once."""

from novapay import wiring
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.errors import IdempotencyKeyMissing
from novapay.http.schemas.fields import HoldIdField
from novapay.http.schemas.holds import HoldBody, ReleaseHold
from novapay.usecases import release_hold as usecase

endpoint = Endpoint(__file__)


@endpoint.post(
    "/transactions/holds/<holdId>/release",
    "Release a hold",
    model=HoldBody,
    errors=(IdempotencyKeyMissing, *usecase.ERRORS),
)
def release_hold(
    holdId: HoldIdField,
    body: ReleaseHold | None = None,
    _key: idempotency_key.KeyHeader = None,
) -> Answer:
    """The hold after what was left of it returned to the wallet, once under its key.

    The recipient whom the hold names may ask for it; where it names none, the wallet's owner."""
    return usecase.release_hold(
        wiring.resources(),
        holdId,
        endpoint.caller(),
        keyed_request=endpoint.required_keyed_request(body or ReleaseHold()),
        answer=endpoint.answers(HoldBody.stored),
    )


handler = endpoint.handler
