"""Get one wallet, as it is now."""

from novapay.domain.caller import Caller
from novapay.domain.errors import WalletNotFound
from novapay.domain.money import Money
from novapay.domain.wallet import Wallet, WalletId, held_of, hold_wallet_id, require_client
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


def get_wallet_and_held(
    resources: Resources, wallet_id: WalletId, caller: Caller
) -> tuple[Wallet, Money]:
    """Return a client's wallet and what is set aside of it. One read.

    The two are read at one time but not as of one instant: a movement between them may be in one
    figure only, as it may be in any two reads.

    Raises:
        WalletNotFound: there is none, or it is a system wallet or another user's.
        StoreUnavailable: DynamoDB did not answer.
    """
    both = [wallets.key(wallet_id), wallets.key(hold_wallet_id(wallet_id))]
    found = wallets.all_in(resources.database.read(both))
    wallet = require_client(found.get(wallet_id), wallet_id)
    if not caller.may_act_for(wallet.user_id):
        raise WalletNotFound(wallet_id)
    return wallet, held_of(wallet, found)
