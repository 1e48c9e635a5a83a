"""GET /ledger/wallets/{walletId}/chain: has a wallet's history been changed?"""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import ClockSkewed, WalletNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import ChainCheck
from novapay.usecases import verify_chain as usecase

app = api.resolver()


@app.get(
    "/ledger/wallets/<walletId>/chain",
    **api.operation(
        "verify_chain",
        service="ledger",
        summary="Verify a wallet's hash chain",
        model=ChainCheck,
        errors=(WalletNotFound, ClockSkewed),
    ),
)
def verify_chain(walletId: WalletIdField) -> Response[str]:
    """Whether every entry is there, unchanged and linked, up to the balance now.

    If not, tamperedAt and sequence point at the first entry that does not fit.
    """
    report = usecase.verify_wallet_chain(wiring.resources(), walletId, api.caller(app))
    return api.reply(ChainCheck.of(report))


handler = entrypoint(app)
