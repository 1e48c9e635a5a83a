"""One effect for one key: the way every use case that writes goes.

The key's record is one more write of the commit, so there is no instant at which the money has
moved and the key does not know it, nor the other way round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from novapay.domain.errors import Refusal
from novapay.domain.idempotency import Answer, Claim
from novapay.store.client import Key, Snapshot
from novapay.store.commit import Decision, Write
from novapay.store.store import Store
from novapay.store.tables import idempotency

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Effect(Generic[R]):
    """A decision that was made.

    Attributes:
        result: what came of it, or the refusal that it ended in.
        writes: what makes it so.
        counted_as: the metric that counts it, once it is committed.
    """

    result: R | Refusal
    writes: Sequence[Write]
    counted_as: str


def commit_once(
    store: Store,
    claim: Claim | None,
    *,
    keys: Sequence[Key],
    decide: Callable[[Snapshot, datetime], Effect[R]],
    answer: Callable[[R | Refusal], Answer],
) -> Answer:
    """Return the answer to one request, making its effect exactly once under its key.

    Args:
        store: where to read and write.
        claim: the client's key and payload; None for a request that came without a key.
        keys: what `decide` needs to see; read in one round trip with the key's record.
        decide: makes the decision from the snapshot at an instant. It may be called again.
        answer: puts a result or a refusal into the words that are kept under the key.

    Raises:
        IdempotencyKeyReused: the key stands for another payload.
        Processing: another request holds the key at this moment and the deadline came.
        Contention, StoreUnavailable: see `Committer.commit`.
        NotFound: whatever `decide` does not find; it is not bound to the key.
    """
    claimed = [] if claim is None else [idempotency.key(claim)]

    def attempt() -> Decision[tuple[Answer, list[str]]]:
        now = store.now()
        snapshot = store.database.read([*claimed, *keys]) if claimed or keys else Snapshot({})
        if claim is not None:
            known = idempotency.find_answer(snapshot, claim, now=now)
            if known is not None:
                return Decision((known, ["replays"]))
        effect = decide(snapshot, now)
        answered = answer(effect.result)
        metrics = [effect.counted_as]
        if isinstance(effect.result, Refusal):
            metrics.append(effect.result.metric())
        writes = list(effect.writes)
        if claim is not None:
            writes.insert(0, idempotency.record(claim, answered, now=now))
        return Decision((answered, metrics), writes)

    answered, metrics = store.committer.commit(attempt)
    for metric in metrics:
        store.meter.count(metric)
    return answered
