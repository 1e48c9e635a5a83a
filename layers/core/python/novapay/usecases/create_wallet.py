"""Open a wallet for a user."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.effect import Effect, WalletOpened
from novapay.domain.errors import Refusal, TooManyWallets
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.money import Currency
from novapay.domain.ports import AccountNumbers
from novapay.domain.wallet import UserId, Wallet, WalletId
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import users
from novapay.usecases.deciding import Decide, Load, commit_prepared


def create_wallet(
    resources: Resources,
    numbers: AccountNumbers,
    *,
    user_id: UserId,
    wallets_max: int,
    currency: Currency,
    account_number: str,
    keyed_request: KeyedRequest | None,
    answer: Callable[[Wallet | Refusal], Answer],
) -> Answer:
    """Store an empty, active wallet and return the answer, or the refusal of one too many.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        numbers: encrypts the account number; a replay does not call it.
        user_id: the owner.
        wallets_max: how many wallets a user may have.
        currency: the only currency of the wallet.
        account_number: in full.
        keyed_request: the client's idempotency key; None if it sent none.
        answer: makes the response from the wallet. It is stored, so it may contain the account
            number with its mask only.

    Raises:
        Unavailable: the account number could not be encrypted.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    wallet_id = WalletId(resources.new_id())

    def prepare(_: Snapshot) -> Decide[Wallet]:
        encrypted = numbers.encrypt(account_number, wallet_id=wallet_id, user_id=user_id)

        def decide(snapshot: Snapshot, now: datetime) -> Effect[Wallet]:
            if users.wallets_opened(snapshot, user_id) >= wallets_max:
                return Effect(TooManyWallets(user_id, wallets_max), [], {"wallets_refused": 1})
            wallet = Wallet.open(
                wallet_id=wallet_id,
                user_id=user_id,
                currency=currency,
                account_number=encrypted,
                now=now,
            )
            return Effect(wallet, [WalletOpened(wallet, wallets_max)], {"wallets_opened": 1})

        return decide

    return commit_prepared(
        resources, keyed_request, Load([users.key(user_id)]), prepare, answer=answer
    )
