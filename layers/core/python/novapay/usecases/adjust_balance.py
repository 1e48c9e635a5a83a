"""Deposit or withdraw: a posting between a client's wallet and the settlement wallets."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.adjustment import Adjusted, Adjustment, AdjustmentOrder, settlement_of
from novapay.domain.effect import Effect
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    InsufficientFunds,
    OutcomeUnknown,
    ReferenceTaken,
    Refusal,
    WalletFrozen,
    WalletInactive,
    WalletNotFound,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.metadata import Metadata
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (
    WalletNotFound,
    WalletInactive,
    WalletFrozen,
    InsufficientFunds,
    ReferenceTaken,
    OutcomeUnknown,
)
"""What it may end in, beside what any commit can end in."""


def adjust_balance(
    resources: Resources,
    order: AdjustmentOrder,
    *,
    keyed_request: KeyedRequest | None,
    answer: Callable[[Adjusted | Refusal], Answer],
) -> Answer:
    """Credit or debit a wallet against the settlement wallet of its currency.

    Three round trips: the wallet, the settlement wallet of its currency, the commit.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        order: the client's request.
        keyed_request: the client's idempotency key; None if it sent none.
        answer: makes the response from the deposit or withdrawal, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has this id.
        ReferenceTaken: the caller has used the reference for another movement.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    wallet_id = order.wallet_id
    adjustment = Adjustment(
        order,
        None if keyed_request is None else keyed_request.key,
        TransactionId(resources.new_id()),
        Description.salted(order.description, resources.new_salt),
        Metadata.salted(order.metadata, resources.new_salt),
    )

    def settlement(snapshot: Snapshot) -> list[Key]:
        wallet = wallets.all_in(snapshot).get(wallet_id)
        return [] if wallet is None else [wallets.key(settlement_of(wallet).wallet_id)]

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Adjusted]:
        return adjustment.decide(wallets.all_in(snapshot), now=now)

    load = Load([wallets.key(wallet_id)], then=settlement)
    return commit_once(
        resources, keyed_request, load, decide, answer=answer, reference=order.reference
    )
