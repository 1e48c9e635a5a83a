"""Set money of a wallet aside, to be captured or released later: one read, one commit."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.effect import Effect
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    InsufficientFunds,
    InvalidExpiry,
    ReferenceTaken,
    Refusal,
    SameWallet,
    WalletFrozen,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.hold import Hold
from novapay.domain.hold_steps import HoldOrder, SettingAside
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.metadata import Metadata
from novapay.domain.wallet import hold_wallet_id
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (
    WalletNotFound,
    InvalidExpiry,
    SameWallet,
    InsufficientFunds,
    CurrencyMismatch,
    WalletFrozen,
    WalletInactive,
    WalletOwnerMismatch,
    ReferenceTaken,
)
"""The errors of a hold, besides those of `commit_once`."""


def create_hold(
    resources: Resources,
    order: HoldOrder,
    *,
    keyed_request: KeyedRequest,
    answer: Callable[[Hold | Refusal], Answer],
) -> Answer:
    """Make a hold, all of it or nothing, once under its key. Two round trips.

    A refusal is a result: it is stored as a FAILED transaction, and under the key.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        order: the client's request.
        keyed_request: the client's idempotency key.
        answer: makes the response from the hold, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has the client's or the payee's id.
        InvalidExpiry: the hold would end in the past, or too far ahead.
        ReferenceTaken: the caller has used the reference for another movement.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    decision = SettingAside(
        order,
        keyed_request.key,
        TransactionId(resources.new_id()),
        Description.salted(order.description, resources.new_salt),
        Metadata.salted(order.metadata, resources.new_salt),
    )
    named = [order.wallet_id, hold_wallet_id(order.wallet_id)]
    if order.payee is not None:
        named.append(order.payee.wallet_id)

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Hold]:
        return decision.decide(wallets.all_in(snapshot), now=now)

    load = Load([wallets.key(wallet_id) for wallet_id in named])
    return commit_once(
        resources, keyed_request, load, decide, answer=answer, reference=order.reference
    )
