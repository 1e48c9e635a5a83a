"""POST /ledger/transactions: write a balanced set of entries under one id."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import OutcomeUnknown, ScopeMissing
from novapay.http import api, idempotency_key
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.ledger import CreatePosting, EntryList
from novapay.usecases import create_posting as usecase

app = api.resolver()


@app.post(
    "/ledger/transactions",
    **api.operation(
        "create_transaction",
        service="ledger",
        summary="Write a balanced set of entries",
        model=EntryList,
        status=HTTPStatus.CREATED,
        errors=(ScopeMissing, OutcomeUnknown, *usecase.ERRORS),
    ),
)
def create_transaction(
    body: CreatePosting, _key: idempotency_key.KeyHeader = None
) -> Response[str]:
    """The entries, written together under the caller's transactionId, or not at all: internal.

    In each currency the debits must equal the credits; one id is written once."""
    answer = usecase.create_posting(
        wiring.resources(),
        transaction_id=body.transaction_id,
        legs=body.legs(wiring.resources().new_salt),
        keyed_request=api.keyed_request(app, body),
        answer=api.answers(app, HTTPStatus.CREATED, EntryList.of),
    )
    return api.answer_response(answer)


handler = entrypoint(app, scope=Scope.INTERNAL)
