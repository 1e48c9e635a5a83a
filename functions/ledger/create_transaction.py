"""POST /ledger/transactions: write a balanced set of entries under one id."""

from http import HTTPStatus

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import OutcomeUnknown
from novapay.domain.idempotency import Answer
from novapay.http import idempotency_key
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.ledger import CreatePosting, EntryList
from novapay.usecases import create_posting as usecase

endpoint = Endpoint(__file__, scope=Scope.INTERNAL)


@endpoint.post(
    "/ledger/transactions",
    "Write a balanced set of entries",
    model=EntryList,
    status=HTTPStatus.CREATED,
    errors=(OutcomeUnknown, *usecase.ERRORS),
)
def create_transaction(body: CreatePosting, _key: idempotency_key.KeyHeader = None) -> Answer:
    """The entries, written together under the caller's transactionId, or not at all: internal.

    In each currency the debits must equal the credits; one id is written once."""
    return usecase.create_posting(
        wiring.resources(),
        transaction_id=body.transaction_id,
        legs=body.legs(wiring.resources().new_salt),
        keyed_request=endpoint.keyed_request(body),
        answer=endpoint.answers(EntryList.of),
    )


handler = endpoint.handler
