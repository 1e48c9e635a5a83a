"""GET /admin/wallets/{walletId}: a wallet of any kind."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.admin import AdminWalletBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import inspect_wallet as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/wallets/<walletId>", "View any wallet", errors=(WalletNotFound,))
def inspect_wallet(walletId: WalletIdField) -> AdminWalletBody:
    """Any wallet, the system's too, with its chain's head; the account number is masked."""
    wallet = usecase.inspect_wallet(wiring.resources(), walletId)
    return AdminWalletBody.of(wallet)


handler = endpoint.handler
