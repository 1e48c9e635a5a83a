"""POST /transactions/transfers/{transactionId}/reversals: give a transfer back, once."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.errors import IdempotencyKeyMissing
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.transactions import CreateReversal, ReversalReceipt
from novapay.usecases import create_reversal as usecase

endpoint = Endpoint(__file__)


@endpoint.post(
    "/transactions/transfers/<transactionId>/reversals",
    "Reverse a transfer",
    model=ReversalReceipt,
    status=HTTPStatus.CREATED,
    errors=(IdempotencyKeyMissing, *usecase.ERRORS),
)
def create_reversal(
    transactionId: TransactionIdField, body: CreateReversal, _key: idempotency_key.KeyHeader = None
) -> Answer:
    """All or a part of a transfer or payroll payment goes back, at the locked rate, if the owner of
    the wallet that was paid asks. Only internal callers reverse a deposit or a withdrawal."""
    return usecase.create_reversal(
        wiring.resources(),
        transactionId,
        amount_text=body.amount,
        reason=body.reason,
        caller=endpoint.caller(),
        keyed_request=endpoint.required_keyed_request(body),
        answer=endpoint.answers(ReversalReceipt.of),
    )


handler = endpoint.handler
