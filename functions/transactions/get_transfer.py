"""GET /transactions/transfers/{transactionId}: what was asked and what became of it."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import TransferNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import TransactionIdField
from novapay.http.schemas.transactions import TransferBody
from novapay.usecases import get_transfer as usecase

app = api.resolver()


@app.get(
    "/transactions/transfers/<transactionId>",
    **api.operation(
        "get_transfer",
        service="transactions",
        summary="Get a transfer",
        model=TransferBody,
        errors=(TransferNotFound,),
    ),
)
def get_transfer(transactionId: TransactionIdField) -> Response[str]:
    """What was asked and what became of it; a refused transfer is there as FAILED."""
    transfer = usecase.get_transfer(wiring.resources(), transactionId, api.caller(app))
    return api.reply(TransferBody.of(transfer))


handler = entrypoint(app)
