"""GET /ledger/transactions/{transactionId}: the entries of a transaction."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import TransactionNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import EntryList
from novapay.usecases import get_transaction as usecase

app = api.resolver()


@app.get(
    "/ledger/transactions/<transactionId>",
    **api.operation(
        "get_transaction",
        service="ledger",
        summary="Get a transaction's entries",
        model=EntryList,
        errors=(TransactionNotFound,),
    ),
)
def get_transaction(transactionId: TransactionIdField) -> Response[str]:
    """The entries of a transaction, in the order in which they were posted."""
    entries = usecase.get_transaction(wiring.resources(), transactionId, api.caller(app))
    return api.reply(EntryList.of(entries))


handler = entrypoint(app)
