"""GET /transactions/transfers/{transactionId}: what was asked and what became of it."""

from novapay import wiring
from novapay.domain.errors import TransferNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.transactions import TransferBody
from novapay.usecases import get_transfer as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/transactions/transfers/<transactionId>",
    "Get a transfer",
    errors=(TransferNotFound,),
)
def get_transfer(transactionId: TransactionIdField) -> TransferBody:
    """What was asked and what became of it; a refused transfer is there as FAILED."""
    transfer = usecase.get_transfer(wiring.resources(), transactionId, endpoint.caller())
    return TransferBody.of(transfer)


handler = endpoint.handler
