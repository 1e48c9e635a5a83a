"""Get a wallet of any kind, for an operator."""

from novapay.domain.errors import WalletNotFound
from novapay.domain.wallet import Wallet, WalletId
from novapay.store.resources import Resources
from novapay.store.tables import wallets


def inspect_wallet(resources: Resources, wallet_id: WalletId) -> Wallet:
    """Return the wallet; system wallets too. One read.

    Raises:
        WalletNotFound: there is none.
        StoreUnavailable: DynamoDB did not answer.
    """
    wallet = wallets.get_wallet(resources.database, wallet_id)
    if wallet is None:
        raise WalletNotFound(wallet_id)
    return wallet
