"""POST /transactions/transfers: move money between two wallets, once."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.errors import IdempotencyKeyMissing
from novapay.http.schemas.transactions import CreateTransfer, TransferReceipt
from novapay.usecases import create_transfer as usecase

endpoint = Endpoint(__file__)


@endpoint.post(
    "/transactions/transfers",
    "Transfer money",
    model=TransferReceipt,
    status=HTTPStatus.CREATED,
    errors=(NotTheOwner, IdempotencyKeyMissing, *usecase.ERRORS),
)
def create_transfer(body: CreateTransfer, _key: idempotency_key.KeyHeader = None) -> Answer:
    """A transfer, made at most once under its key: all of it is written, or nothing.

    The same key with the same payload gets the first answer again for 24 hours, a refusal
    too. Between two currencies it needs a quote for exactly this user and amount."""
    endpoint.caller().check_acts_for(body.sender_user_id)
    return usecase.create_transfer(
        wiring.resources(),
        body.order(endpoint.caller()),
        keyed_request=endpoint.required_keyed_request(body),
        answer=endpoint.answers(TransferReceipt.of),
    )


handler = endpoint.handler
