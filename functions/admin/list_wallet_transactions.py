"""GET /admin/transactions?walletId=: the transactions that touched a wallet."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.admin import TransactionPage
from novapay.http.schemas.fields import WalletIdQuery
from novapay.usecases import list_wallet_transactions as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/transactions", "List a wallet's transactions", errors=(WalletNotFound,))
def list_wallet_transactions(
    walletId: WalletIdQuery, limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0
) -> TransactionPage:
    """The transactions behind a page of the wallet's entries, newest first."""
    page = usecase.list_wallet_transactions(
        wiring.resources(), walletId, limit=limit, offset=offset
    )
    return TransactionPage.of(page, walletId, limit=limit, offset=offset)


handler = endpoint.handler
