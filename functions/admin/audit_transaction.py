"""GET /admin/ledger/verify/{transactionId}: are its debits its credits?"""

from novapay import wiring
from novapay.domain.errors import TransactionNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import BalanceCheck
from novapay.usecases import verify_transaction as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get(
    "/admin/ledger/verify/<transactionId>",
    "Verify the ledger invariant of any transaction",
    errors=(TransactionNotFound,),
)
def audit_transaction(transactionId: TransactionIdField) -> BalanceCheck:
    """Whether the debits equal the credits, every entry is there unchanged, and the transaction's
    own record says what its entries say.
    """
    imbalance = usecase.verify_transaction(wiring.resources(), transactionId, endpoint.caller())
    return BalanceCheck.of(imbalance)


handler = endpoint.handler
