"""Return the money of holds that have ended, each in a commit of its own.

It may die at any call and may run twice at once: an ended hold leaves the index of open holds in
the commit that returns its money, so the next run goes on with what is left.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from novapay.domain.effect import Effect
from novapay.domain.entry import TransactionId
from novapay.domain.errors import (
    HoldNotFound,
    InvariantViolated,
    NovaPayError,
    Refusal,
    Unavailable,
)
from novapay.domain.hold import Hold
from novapay.domain.hold_steps import Releasing
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import holds, wallets
from novapay.usecases.deciding import commit_decision
from novapay.usecases.release_hold import load_hold


def expire_holds(resources: Resources, *, has_time: Callable[[], bool]) -> int:
    """Return how many holds were ended, those of each shard by their end, while there is time.

    A hold that cannot be ended now does not hold up the others. Each run begins with the shard of
    its minute, so that a run without enough time does not always leave the same ones.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        has_time: whether one more hold may be looked at.

    Raises:
        Contention, StoreUnavailable, InvariantViolated, Refusal: of the last hold that could not be
            ended; it is tried again in a minute.
    """
    expired = 0
    failed: NovaPayError | None = None
    now = resources.now()
    for hold_id in _ended(resources, now):
        if not has_time():
            break
        try:
            expired += _expire(resources, hold_id)
        except (Unavailable, InvariantViolated, Refusal) as error:
            failed = error
    if failed is not None:
        raise failed
    return expired


def _ended(resources: Resources, now: datetime) -> Iterator[TransactionId]:
    first = now.minute % len(holds.SHARDS)
    for shard in (*holds.SHARDS[first:], *holds.SHARDS[:first]):
        yield from holds.list_ended(resources.database, shard, until=now)


def _expire(resources: Resources, hold_id: TransactionId) -> bool:
    """Return whether this call ended a hold; another one may have been faster."""
    decision = Releasing(TransactionId(resources.new_id()), None)

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Hold]:
        hold = holds.find(snapshot, hold_id)
        if hold is None:
            raise HoldNotFound(hold_id)
        return decision.expire(hold, wallets.all_in(snapshot), now=now)

    try:
        hold = commit_decision(resources, load_hold(hold_id), decide)
    except HoldNotFound as error:
        facts = {"hold_id": str(hold_id)}
        raise InvariantViolated("an open hold cannot be found", facts) from error
    return hold.release_id == decision.release_id
