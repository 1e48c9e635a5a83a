"""Idempotent commit, used by every use case that writes for a client.

The key's record is one more write of the commit: either the money has moved and the answer is
stored under the key, or neither.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from novapay.domain.errors import (
    NovaPayError,
    OutcomeUnknown,
    Refusal,
    StoreUnavailable,
    UnbalancedPosting,
)
from novapay.domain.idempotency import Answer, Claim
from novapay.domain.meter import INVARIANT_VIOLATIONS
from novapay.store.client import Key, Snapshot
from novapay.store.commit import Decision, Write
from novapay.store.store import Store
from novapay.store.tables import idempotency

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Effect(Generic[R]):
    """The decision of a use case.

    Attributes:
        result: the outcome, or the refusal.
        writes: the writes that put it into effect.
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
        keys: the items that `decide` needs; read in one round trip with the key's record.
        decide: makes the decision from the items at an instant. It may be called several times.
        answer: makes the response from a result or a refusal; it is stored under the key.

    Raises:
        IdempotencyKeyReused: the key was used for another payload.
        Processing: another request with the key was still in progress at the deadline.
        OutcomeUnknown: it came without a key, and the database did not say whether it wrote.
        Contention, StoreUnavailable: see `Committer.commit`.
        NotFound: `decide` did not find something; this is not stored under the key.
    """
    keyed = _Keyed(store, claim, keys, decide, answer)
    try:
        answered, metrics = store.committer.commit(keyed.decide_once)
    except StoreUnavailable as error:
        if claim is None and error.may_have_written:
            raise OutcomeUnknown from error  # a key would tell, so that it could be sent again
        raise
    for metric in metrics:
        store.meter.count(metric)
    return answered


def find_answer(store: Store, claim: Claim | None) -> Answer | None:
    """Return the answer that is stored under a key, or None; one read, and none without a key.

    For a use case that must not ask another service again for what it has answered already.

    Raises:
        IdempotencyKeyReused: the key was used for another payload.
        StoreUnavailable: DynamoDB did not answer.
    """
    if claim is None:
        return None
    snapshot = store.database.read([idempotency.key(claim)])
    known = idempotency.find_answer(snapshot, claim, now=store.now())
    if known is not None:
        store.meter.count("replays")
    return known


@dataclass(frozen=True, slots=True)
class _Keyed(Generic[R]):
    """A decision that is made at most once under its key; see `commit_once`."""

    store: Store
    claim: Claim | None
    keys: Sequence[Key]
    decide: Callable[[Snapshot, datetime], Effect[R]]
    answer: Callable[[R | Refusal], Answer]

    def decide_once(self) -> Decision[tuple[Answer, list[str]]]:
        keys = [*self._key(), *self.keys]
        snapshot = self.store.database.read(keys) if keys else Snapshot({})
        now = self.store.now()
        known = self._known_answer(snapshot, now)
        if known is not None:
            return _replay(known)
        try:
            effect = self.decide(snapshot, now)
        except NovaPayError:
            # One read of many items is not one instant: the key may have been read before, and
            # the rest after, a rival's commit under this very key.
            known = self._answer_of_a_rival(now)
            if known is None:
                raise
            return _replay(known)
        return self._first_answer(effect, now)

    def _first_answer(self, effect: Effect[R], now: datetime) -> Decision[tuple[Answer, list[str]]]:
        answered = self.answer(effect.result)
        metrics = [effect.counted_as]
        if isinstance(effect.result, Refusal):
            metrics.append(effect.result.metric())
        if isinstance(effect.result, UnbalancedPosting):
            # Nothing is broken, but a caller of ours tried to: it counts, and names no fault.
            metrics.append(INVARIANT_VIOLATIONS)
        writes = list(effect.writes)
        if self.claim is not None:
            writes.insert(0, idempotency.record(self.claim, answered, now=now))
        return Decision((answered, metrics), writes)

    def _answer_of_a_rival(self, now: datetime) -> Answer | None:
        key = self._key()
        return self._known_answer(self.store.database.read(key), now) if key else None

    def _key(self) -> list[Key]:
        return [] if self.claim is None else [idempotency.key(self.claim)]

    def _known_answer(self, snapshot: Snapshot, now: datetime) -> Answer | None:
        if self.claim is None:
            return None
        return idempotency.find_answer(snapshot, self.claim, now=now)


def _replay(known: Answer) -> Decision[tuple[Answer, list[str]]]:
    return Decision((known, ["replays"]))
