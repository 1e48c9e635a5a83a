"""GET /ledger/transactions/{transactionId}: the entries of a transaction."""

from novapay import wiring
from novapay.domain.errors import TransactionNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import EntryList
from novapay.usecases import get_transaction as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/ledger/transactions/<transactionId>",
    "Get a transaction's entries",
    errors=(TransactionNotFound,),
)
def get_transaction(transactionId: TransactionIdField) -> EntryList:
    """The entries of a transaction, in the order in which they were posted."""
    entries = usecase.get_transaction(wiring.resources(), transactionId, endpoint.caller())
    return EntryList.of(entries)


handler = endpoint.handler
