"""POST /transactions/transfers: move money between two wallets, once."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import NotTheOwner
from novapay.http import api, idempotency_key
from novapay.http.entrypoint import entrypoint
from novapay.http.errors import IdempotencyKeyMissing
from novapay.http.schemas.transactions import CreateTransfer, TransferReceipt
from novapay.usecases import create_transfer as usecase

app = api.resolver()


@app.post(
    "/transactions/transfers",
    **api.operation(
        "create_transfer",
        service="transactions",
        summary="Transfer money",
        model=TransferReceipt,
        status=HTTPStatus.CREATED,
        errors=(NotTheOwner, IdempotencyKeyMissing, *usecase.ERRORS),
    ),
)
def create_transfer(body: CreateTransfer, _key: idempotency_key.KeyHeader = None) -> Response[str]:
    """A transfer, made at most once under its key: all of it is written, or nothing.

    The same key with the same payload gets the first answer again for 24 hours, a refusal
    too. Between two currencies it needs a quote for exactly this user and amount."""
    api.caller(app).check_acts_for(body.sender_user_id)
    answer = usecase.create_transfer(
        wiring.resources(),
        body.order(),
        keyed_request=api.required_keyed_request(app, body),
        answer=api.answers(app, HTTPStatus.CREATED, TransferReceipt.of),
    )
    return api.answer_response(answer)


handler = entrypoint(app)
