"""GET /admin/ledger/verify/{transactionId}: are its debits its credits?"""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import TransactionNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import BalanceCheck
from novapay.usecases import verify_transaction as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/ledger/verify/<transactionId>",
    **api.operation(
        "audit_transaction",
        service="admin",
        summary="Verify the ledger invariant of any transaction",
        model=BalanceCheck,
        errors=(Unauthorized, TransactionNotFound),
    ),
)
def audit_transaction(transactionId: TransactionIdField) -> Response[str]:
    """Whether the debits equal the credits, every entry is there unchanged, and the transaction's
    own record says what its entries say.
    """
    imbalance = usecase.verify_transaction(wiring.resources(), transactionId, TRUSTED)
    return api.reply(BalanceCheck.of(imbalance))


handler = admin_entrypoint(app, admin.gate, "audit_transaction")
