"""Return what is left of a hold to its wallet, because somebody asks for it."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.effect import Effect
from novapay.domain.entry import TransactionId
from novapay.domain.errors import (
    HoldClosed,
    HoldExpired,
    HoldNotFound,
    NotTheOwner,
    Refusal,
    WalletInactive,
)
from novapay.domain.hold import Hold
from novapay.domain.hold_steps import Releasing
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.wallet import hold_wallet_id
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import holds, wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (HoldNotFound, NotTheOwner, HoldClosed, HoldExpired, WalletInactive)
"""The errors of a release, besides those of `commit_once`."""


def release_hold(
    resources: Resources,
    hold_id: TransactionId,
    caller: Caller,
    *,
    keyed_request: KeyedRequest,
    answer: Callable[[Hold | Refusal], Answer],
) -> Answer:
    """Release a hold, all of it or nothing, once under its key. Three round trips.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        hold_id: the hold.
        caller: who asks; see `Hold.check_released_by`.
        keyed_request: the client's idempotency key.
        answer: makes the response from the hold after it, or from the refusal.

    Raises:
        HoldNotFound: there is none, or the caller may act for neither its owner nor its payee.
        NotTheOwner: the hold is promised to a recipient for whom the caller may not act.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    decision = Releasing(TransactionId(resources.new_id()), keyed_request.key)

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Hold]:
        hold = holds.find(snapshot, hold_id)
        if hold is None:
            raise HoldNotFound(hold_id)
        hold.check_known_to(caller)
        hold.check_released_by(caller)
        return decision.decide(hold, wallets.all_in(snapshot), now=now)

    return commit_once(resources, keyed_request, load_hold(hold_id), decide, answer=answer)


def load_hold(hold_id: TransactionId) -> Load:
    """Return what a release needs to see: the hold, then its wallet and its hold wallet."""

    def parties(snapshot: Snapshot) -> list[Key]:
        hold = holds.find(snapshot, hold_id)
        if hold is None:
            return []
        return [wallets.key(it) for it in (hold.wallet_id, hold_wallet_id(hold.wallet_id))]

    hold_key = holds.key(hold_id)
    return Load([hold_key], then=parties, marks=[hold_key])
