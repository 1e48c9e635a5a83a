"""GET /ledger/transactions/{transactionId}/verify: are its debits its credits?"""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import TransactionNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.ledger import BalanceCheck
from novapay.usecases import verify_transaction as usecase

app = api.resolver()


@app.get(
    "/ledger/transactions/<transactionId>/verify",
    **api.operation(
        "verify_transaction",
        service="ledger",
        summary="Verify the double-entry invariant of a transaction",
        model=BalanceCheck,
        errors=(TransactionNotFound,),
    ),
)
def verify_transaction(transactionId: TransactionIdField) -> Response[str]:
    """Whether the debits equal the credits, every entry is there unchanged, and the transaction's
    own record says what its entries say.
    """
    imbalance = usecase.verify_transaction(wiring.resources(), transactionId, api.caller(app))
    return api.reply(BalanceCheck.of(imbalance))


handler = entrypoint(app)
