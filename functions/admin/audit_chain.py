"""GET /admin/ledger/chain/{walletId}: has a wallet's history been changed?"""

from novapay import wiring
from novapay.domain.errors import ClockSkewed, WalletNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import ChainCheck
from novapay.usecases import verify_chain as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get(
    "/admin/ledger/chain/<walletId>",
    "Verify the hash chain of any wallet",
    errors=(WalletNotFound, ClockSkewed),
)
def audit_chain(walletId: WalletIdField) -> ChainCheck:
    """Whether every entry of the wallet is there, unchanged and linked."""
    report = usecase.verify_wallet_chain(wiring.resources(), walletId, endpoint.caller())
    return ChainCheck.of(report)


handler = endpoint.handler
