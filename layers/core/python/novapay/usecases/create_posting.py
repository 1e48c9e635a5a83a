"""Write a balanced set of entries for an internal service, under an id that it chooses."""

from collections.abc import Callable, Sequence
from datetime import datetime

from novapay.domain.effect import Effect
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    InsufficientFunds,
    Refusal,
    TransactionExists,
    UnbalancedPosting,
    WalletFrozen,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.posting import Leg
from novapay.domain.posting_order import PostingOrder
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import transfers, wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (
    WalletNotFound,
    TransactionExists,
    UnbalancedPosting,
    InsufficientFunds,
    CurrencyMismatch,
    WalletFrozen,
    WalletInactive,
    WalletOwnerMismatch,
)
"""The errors of a posting, besides those of `commit_once`."""


def create_posting(
    resources: Resources,
    *,
    transaction_id: TransactionId,
    legs: Sequence[Leg],
    keyed_request: KeyedRequest | None,
    answer: Callable[[Sequence[Entry] | Refusal], Answer],
) -> Answer:
    """Update the balances and write the entries, all or none.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        transaction_id: the caller's id; it can be written once, with or without a key.
        legs: 2 to 24, each on a client's wallet.
        keyed_request: the client's idempotency key; None if it sent none.
        answer: makes the response from the entries, or from the refusal.

    Raises:
        TransactionExists: something was already written under this id.
        WalletNotFound: a leg does not name a client wallet.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    transaction_key = transfers.key(transaction_id)
    order = PostingOrder(transaction_id, legs, None if keyed_request is None else keyed_request.key)

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Sequence[Entry]]:
        if snapshot.get(transaction_key) is not None:
            raise TransactionExists(transaction_id)
        return order.decide(wallets.all_in(snapshot), now=now)

    keys = [wallets.key(wallet_id) for wallet_id in dict.fromkeys(leg.wallet_id for leg in legs)]
    load = Load([transaction_key, *keys], marks=[transaction_key])
    return commit_once(resources, keyed_request, load, decide, answer=answer)
