"""GET /ledger/transactions/{transactionId}/verify: are its debits its credits?"""

from novapay import wiring
from novapay.domain.errors import TransactionNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import BalanceCheck
from novapay.usecases import verify_transaction as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/ledger/transactions/<transactionId>/verify",
    "Verify the double-entry invariant of a transaction",
    errors=(TransactionNotFound,),
)
def verify_transaction(transactionId: TransactionIdField) -> BalanceCheck:
    """Whether the debits equal the credits, every entry is there unchanged, and the transaction's
    own record says what its entries say.
    """
    imbalance = usecase.verify_transaction(wiring.resources(), transactionId, endpoint.caller())
    return BalanceCheck.of(imbalance)


handler = endpoint.handler
