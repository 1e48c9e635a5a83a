"""GET /admin/ledger/chain/{walletId}: has a wallet's history been changed?"""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import ClockSkewed, WalletNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import ChainCheck
from novapay.usecases import verify_chain as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/ledger/chain/<walletId>",
    **api.operation(
        "audit_chain",
        service="admin",
        summary="Verify the hash chain of any wallet",
        model=ChainCheck,
        errors=(Unauthorized, WalletNotFound, ClockSkewed),
    ),
)
def audit_chain(walletId: WalletIdField) -> Response[str]:
    """Whether every entry of the wallet is there, unchanged and linked."""
    report = usecase.verify_wallet_chain(wiring.resources(), walletId, TRUSTED)
    return api.reply(ChainCheck.of(report))


handler = admin_entrypoint(app, admin.gate, "audit_chain")
