"""Pay a recipient from a hold, and return the rest if it was the last time."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.effect import Effect
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    HoldAmountExceeded,
    HoldClosed,
    HoldExpired,
    HoldNotFound,
    HoldRecipientMismatch,
    HoldRecipientMissing,
    Refusal,
    SameWallet,
    TooManyCaptures,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.hold_steps import Captured, CaptureOrder, Capturing, payee_named_by
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.wallet import hold_wallet_id
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import holds, wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (
    HoldNotFound,
    WalletNotFound,
    HoldClosed,
    HoldExpired,
    HoldAmountExceeded,
    HoldRecipientMissing,
    HoldRecipientMismatch,
    TooManyCaptures,
    SameWallet,
    CurrencyMismatch,
    WalletInactive,
    WalletOwnerMismatch,
)
"""The errors of a capture, besides those of `commit_once`."""


def capture_hold(
    resources: Resources,
    order: CaptureOrder,
    caller: Caller,
    *,
    keyed_request: KeyedRequest,
    answer: Callable[[Captured | Refusal], Answer],
) -> Answer:
    """Capture some of a hold, all of it or nothing, once under its key. Three round trips.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        order: the client's request.
        caller: who asks; it may act for the hold's owner, or for the recipient that it names.
        keyed_request: the client's idempotency key.
        answer: makes the response from the capture, or from the refusal.

    Raises:
        HoldNotFound: there is none, or the caller may act for neither its owner nor its payee.
        WalletNotFound: no client wallet has the payee's id.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    description = Description.salted(order.description, resources.new_salt)
    decision = Capturing(order, keyed_request.key, TransactionId(resources.new_id()), description)

    def parties(snapshot: Snapshot) -> list[Key]:
        hold = holds.find(snapshot, order.hold_id)
        if hold is None:
            return []
        payee = order.payee or payee_named_by(hold)
        named = [hold.wallet_id, hold_wallet_id(hold.wallet_id)]
        return [wallets.key(it) for it in [*named, *([payee.wallet_id] if payee else [])]]

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Captured]:
        hold = holds.find(snapshot, order.hold_id)
        if hold is None:
            raise HoldNotFound(order.hold_id)
        hold.check_known_to(caller)
        return decision.decide(hold, wallets.all_in(snapshot), now=now)

    hold_key = holds.key(order.hold_id)
    load = Load([hold_key], then=parties, marks=[hold_key])
    return commit_once(resources, keyed_request, load, decide, answer=answer)
