"""Look at all wallets of a user, as they are now."""

from novapay.domain.wallet import UserId, Wallet, WalletKind
from novapay.store.store import Store
from novapay.store.tables import wallets


def list_user_wallets(store: Store, user_id: UserId) -> list[Wallet]:
    """Return a user's wallets, oldest first; none for a user that we do not know. Two reads.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    wallet_ids = wallets.list_wallet_ids(store.database, user_id)
    if not wallet_ids:
        return []
    snapshot = store.database.read([wallets.key(wallet_id) for wallet_id in wallet_ids])
    found = wallets.find(snapshot, wallet_ids).values()
    clients = (wallet for wallet in found if wallet.kind is WalletKind.CLIENT)
    return sorted(clients, key=lambda wallet: (wallet.created_at, wallet.wallet_id))
