"""How every use case that moves money works: load, prepare, decide, commit.

*Load* is one batch read, and a second one only where the first says what else to read. *Prepare* is
what may be slow or fail: another service, a manifest. *Decide* is pure domain code: values in, an
`Effect` out. *Commit* writes the effect, all of it or nothing; if an item has moved meanwhile, it
is loaded and decided again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from novapay.domain.effect import Effect, made_by
from novapay.domain.entry import TransactionId
from novapay.domain.errors import NovaPayError, OutcomeUnknown, Refusal, StoreUnavailable
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.reference import ScopedReference
from novapay.store.changes import writes_of
from novapay.store.client import Key, Snapshot
from novapay.store.commit import Decision, Moved, Write
from novapay.store.resources import Resources
from novapay.store.tables import idempotency, references

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Load:
    """What a decision needs to see.

    Attributes:
        keys: the items to read first, in one round trip.
        then: given these, the items to read after them, in one more round trip; none as a rule.
            It is asked again after that round trip, until all that it names was read.
        marks: those of `keys` that tell, by having moved, that the decision was already made.
    """

    keys: Sequence[Key]
    then: Callable[[Snapshot], Sequence[Key]] | None = None
    marks: Sequence[Key] = ()


_Counted = tuple[Answer, Mapping[str, int]]
Decide = Callable[[Snapshot, datetime], Effect[R]]
"""Makes the decision from what was loaded, at an instant. It may be called several times."""


def commit_decision(resources: Resources, load: Load, decide: Decide[R]) -> R:
    """Load, decide and commit, for a step that has no client to answer; return the result.

    Raises:
        Contention, StoreUnavailable: see `Committer.commit`.
        NovaPayError: whatever `decide` raises, or its refusal.
    """

    def attempt() -> Decision[Effect[R]]:
        snapshot = _read_further(resources, load, resources.database.read(load.keys))
        effect = _decide(resources, decide, snapshot, resources.now(), marks=load.marks)
        return Decision(effect, writes_of(effect.changes))

    effect = resources.committer.commit(attempt)
    _count(resources, effect.counts)
    if isinstance(effect.result, Refusal):
        raise effect.result
    return effect.result


def commit_once(
    resources: Resources,
    keyed_request: KeyedRequest | None,
    load: Load,
    decide: Decide[R],
    *,
    answer: Callable[[R | Refusal], Answer],
    reference: ScopedReference | None = None,
) -> Answer:
    """Load, decide, commit, and return the answer: exactly one effect under the client's key.

    The key's record is one more write of the commit: either the effect is made and the answer is
    stored under the key, or neither.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        keyed_request: the client's key and payload; None for a request that came without a key.
        load: what `decide` needs; the key's record is read with it.
        decide: makes the decision.
        answer: makes the response from a result or a refusal; it is stored under the key.
        reference: what the client calls the movement, for good; None if it gave no name. It is
            taken in the same commit, by the first transaction that this records; a refusal takes
            none.

    Raises:
        IdempotencyKeyReused: the key was used for another payload.
        ReferenceTaken: another movement of this caller has the reference; this is not stored under
            the key.
        Processing: another request with the key was still in progress at the deadline.
        OutcomeUnknown: it came without a key, and the database did not say whether it wrote.
        Contention, StoreUnavailable: see `Committer.commit`.
        NotFound: `decide` did not find something; this is not stored under the key.
    """
    return commit_prepared(
        resources, keyed_request, load, lambda _: decide, answer=answer, reference=reference
    )


def commit_prepared(
    resources: Resources,
    keyed_request: KeyedRequest | None,
    load: Load,
    prepare: Callable[[Snapshot], Decide[R]],
    *,
    answer: Callable[[R | Refusal], Answer],
    reference: ScopedReference | None = None,
) -> Answer:
    """Do as `commit_once`, for a decision that needs something slow: another service, a manifest.

    Args:
        resources, keyed_request, load, answer, reference: see `commit_once`.
        prepare: does what is slow and may fail, and returns what decides. It is called once, with
            what was loaded first, and not at all for a key that is known already.

    Raises:
        NovaPayError: whatever `prepare` raises, and what `commit_once` raises.
    """
    keyed = _Keyed(resources, keyed_request, load, prepare, answer, reference)
    try:
        answered, counts = resources.committer.commit(keyed.attempt)
    except StoreUnavailable as error:
        if keyed_request is None and error.may_have_written:
            raise OutcomeUnknown from error  # a key would tell, so that it could be sent again
        raise
    _count(resources, counts)
    return answered


@dataclass(slots=True)
class _Keyed(Generic[R]):
    """A decision that is made at most once under its key; see `commit_prepared`."""

    resources: Resources
    keyed_request: KeyedRequest | None
    load: Load
    prepare: Callable[[Snapshot], Decide[R]]
    answer: Callable[[R | Refusal], Answer]
    reference: ScopedReference | None
    decide: Decide[R] | None = None

    def attempt(self) -> Decision[_Counted]:
        record = [] if self.keyed_request is None else [idempotency.key(self.keyed_request)]
        named = [] if self.reference is None else [references.key(self.reference)]
        keys = [*record, *named, *self.load.keys]
        snapshot = self.resources.database.read(keys) if keys else Snapshot({})
        now = self.resources.now()
        if self.keyed_request is not None:
            known = idempotency.find_answer(snapshot, self.keyed_request, now=now)
            if known is not None:
                return Decision((known, {"replays": 1}))
        self._check_reference(snapshot, record)
        if self.decide is None:
            self.decide = self.prepare(snapshot)
        snapshot = _read_further(self.resources, self.load, snapshot)
        effect = _decide(
            self.resources, self.decide, snapshot, now, marks=self.load.marks, record=record
        )
        return self._first_answer(effect, now)

    def _check_reference(self, snapshot: Snapshot, record: Sequence[Key]) -> None:
        taken = None if self.reference is None else references.find_taken(snapshot, self.reference)
        if taken is not None:
            _check_unmoved(self.resources, record, snapshot)  # it may be this request's own by now
            raise taken

    def _first_answer(self, effect: Effect[R], now: datetime) -> Decision[_Counted]:
        result = effect.result
        answered = self.answer(result)
        counts = dict(effect.counts)
        if isinstance(result, Refusal):
            counts[result.metric()] = 1
        made = made_by(effect.changes)
        writes: list[Write] = []
        if self.keyed_request is not None:
            writes.append(idempotency.record(self.keyed_request, answered, made=made, now=now))
        if self.reference is not None and made is not None and not isinstance(result, Refusal):
            writes.append(references.take(self.reference, TransactionId(made.id), now=now))
        return Decision((answered, counts), [*writes, *writes_of(effect.changes)])


def _read_further(resources: Resources, load: Load, snapshot: Snapshot) -> Snapshot:
    read = list(load.keys)
    while load.then is not None:
        further = [key for key in load.then(snapshot) if key not in read]
        if not further:
            break
        snapshot = snapshot.with_more(resources.database.read(further))
        read += further
    return snapshot


def _decide(
    resources: Resources,
    decide: Decide[R],
    snapshot: Snapshot,
    now: datetime,
    *,
    marks: Sequence[Key],
    record: Sequence[Key] = (),
) -> Effect[R]:
    """Decide, and check that an error or a refusal does not come from a torn read.

    The items of one batch read are not of one instant: the marks may have been read before, and the
    rest after, another commit of this very decision. So the marks are read again before an error or
    a refusal is returned. The key's record is read again only before an error: a refusal is stored
    under the key, on the condition that it is still free.

    Raises:
        Moved: a mark has moved since; load and decide again.
    """
    try:
        effect = decide(snapshot, now)
    except NovaPayError:
        _check_unmoved(resources, [*record, *marks], snapshot)
        raise
    if isinstance(effect.result, Refusal):
        _check_unmoved(resources, marks, snapshot)
    return effect


def _check_unmoved(resources: Resources, marks: Sequence[Key], snapshot: Snapshot) -> None:
    if not marks:
        return
    latest = resources.database.read(marks)
    if any(latest.get(mark) != snapshot.get(mark) for mark in marks):
        raise Moved


def _count(resources: Resources, counts: Mapping[str, int]) -> None:
    for metric, value in counts.items():
        resources.meter.count(metric, value)
