"""Get one wallet, as it is now."""

from novapay.domain.caller import Caller
from novapay.domain.errors import WalletNotFound
from novapay.domain.wallet import Wallet, WalletId, require_client
from novapay.store.resources import Resources
from novapay.store.tables import wallets


def get_wallet(resources: Resources, wallet_id: WalletId, caller: Caller) -> Wallet:
    """Return a client's wallet. One read.

    Raises:
        WalletNotFound: there is none, or it is a system wallet or another user's.
        StoreUnavailable: DynamoDB did not answer.
    """
    wallet = require_client(wallets.get_wallet(resources.database, wallet_id), wallet_id)
    if not caller.may_act_for(wallet.user_id):
        raise WalletNotFound(wallet_id)
    return wallet
