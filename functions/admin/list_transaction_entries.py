"""GET /admin/ledger/transactions/{transactionId}: the entries of any transaction."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import TransactionNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import EntryList
from novapay.usecases import get_transaction as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/ledger/transactions/<transactionId>",
    **api.operation(
        "list_transaction_entries",
        service="admin",
        summary="View the entries of any transaction",
        model=EntryList,
        errors=(Unauthorized, TransactionNotFound),
    ),
)
def list_transaction_entries(transactionId: TransactionIdField) -> Response[str]:
    """Both sides of any transaction, in the order in which they were posted."""
    entries = usecase.get_transaction(wiring.resources(), transactionId, TRUSTED)
    return api.reply(EntryList.of(entries))


handler = admin_entrypoint(app, admin.gate, "list_transaction_entries")
