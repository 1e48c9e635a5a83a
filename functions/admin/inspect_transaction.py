"""GET /admin/transactions/{transactionId}: a transaction of any type."""

from novapay import wiring
from novapay.domain.errors import TransferNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.transactions import TransferBody
from novapay.usecases import get_transfer as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get(
    "/admin/transactions/<transactionId>",
    "View any transaction",
    errors=(TransferNotFound,),
)
def inspect_transaction(transactionId: TransactionIdField) -> TransferBody:
    """Any transaction: transfers, deposits, postings, payroll, the house side of FX."""
    transfer = usecase.get_transfer(wiring.resources(), transactionId, endpoint.caller())
    return TransferBody.of(transfer)


handler = endpoint.handler
