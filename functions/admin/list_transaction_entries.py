"""GET /admin/ledger/transactions/{transactionId}: the entries of any transaction."""

from novapay import wiring
from novapay.domain.errors import TransactionNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import EntryList
from novapay.usecases import get_transaction as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get(
    "/admin/ledger/transactions/<transactionId>",
    "View the entries of any transaction",
    errors=(TransactionNotFound,),
)
def list_transaction_entries(transactionId: TransactionIdField) -> EntryList:
    """Both sides of any transaction, in the order in which they were posted."""
    entries = usecase.get_transaction(wiring.resources(), transactionId, endpoint.caller())
    return EntryList.of(entries)


handler = endpoint.handler
