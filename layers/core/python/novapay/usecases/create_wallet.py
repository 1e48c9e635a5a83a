"""Open a wallet for a user."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.errors import Refusal
from novapay.domain.idempotency import Answer, Claim
from novapay.domain.money import Currency
from novapay.domain.ports import AccountNumbers
from novapay.domain.wallet import UserId, Wallet, WalletId
from novapay.store.client import Snapshot
from novapay.store.store import Store
from novapay.store.tables import wallets
from novapay.usecases.once import Effect, commit_once


def create_wallet(
    store: Store,
    numbers: AccountNumbers,
    *,
    user_id: UserId,
    currency: Currency,
    account_number: str,
    claim: Claim | None,
    answer: Callable[[Wallet | Refusal], Answer],
) -> Answer:
    """Store an empty, active wallet and return the answer.

    Args:
        store: where to read and write.
        numbers: encrypts the account number; a replay does not call it.
        user_id: the owner.
        currency: the only currency of the wallet.
        account_number: in full.
        claim: the client's idempotency key; None if it sent none.
        answer: makes the response from the wallet. It is stored, so it may contain the account
            number with its mask only.

    Raises:
        Unavailable: the account number could not be encrypted.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    wallet_id = WalletId(store.new_id())

    def decide(_: Snapshot, now: datetime) -> Effect[Wallet]:
        wallet = Wallet.open(
            wallet_id=wallet_id,
            user_id=user_id,
            currency=currency,
            account_number=numbers.encrypt(account_number, wallet_id=wallet_id, user_id=user_id),
            now=now,
        )
        return Effect(wallet, [wallets.create(wallet)], "wallets_opened")

    return commit_once(store, claim, keys=[], decide=decide, answer=answer)
