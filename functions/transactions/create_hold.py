"""POST /transactions/holds: set money of a wallet aside, once."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.errors import IdempotencyKeyMissing
from novapay.http.schemas.holds import CreateHold, HoldBody
from novapay.usecases import create_hold as usecase

endpoint = Endpoint(__file__)


@endpoint.post(
    "/transactions/holds",
    "Set money aside",
    model=HoldBody,
    status=HTTPStatus.CREATED,
    errors=(NotTheOwner, IdempotencyKeyMissing, *usecase.ERRORS),
)
def create_hold(body: CreateHold, _key: idempotency_key.KeyHeader = None) -> Answer:
    """A hold, made at most once under its key: the money leaves the wallet's balance at once.

    It is captured or released later; from `expiresAt` on, what is left of it returns by itself."""
    caller = endpoint.caller()
    caller.check_acts_for(body.user_id)
    return usecase.create_hold(
        wiring.resources(),
        body.order(caller),
        keyed_request=endpoint.required_keyed_request(body),
        answer=endpoint.answers(HoldBody.stored),
    )


handler = endpoint.handler
