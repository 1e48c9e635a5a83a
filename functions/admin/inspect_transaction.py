"""GET /admin/transactions/{transactionId}: a transaction of any type."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import TransferNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.transactions import TransferBody
from novapay.usecases import get_transfer as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/transactions/<transactionId>",
    **api.operation(
        "inspect_transaction",
        service="admin",
        summary="View any transaction",
        model=TransferBody,
        errors=(Unauthorized, TransferNotFound),
    ),
)
def inspect_transaction(transactionId: TransactionIdField) -> Response[str]:
    """Any transaction: transfers, deposits, postings, payroll, the house side of FX."""
    transfer = usecase.get_transfer(wiring.resources(), transactionId, TRUSTED)
    return api.reply(TransferBody.of(transfer))


handler = admin_entrypoint(app, admin.gate, "inspect_transaction")
