"""The only caller of TransactWriteItems: all of a decision's writes, or none.

A decision is made from a read. If what was read has moved by the time of the write, the commit
is cancelled, and the decision is made again from a new read, with jitter, until a deadline.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from novapay.domain.errors import (
    Contention,
    InvariantViolated,
    NovaPayError,
    StoreUnavailable,
)
from novapay.store.client import (
    CHANCE,
    PASSING_FAULTS,
    THROTTLES,
    Database,
    is_server_fault,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemsOutputTypeDef

T = TypeVar("T")

COMMIT_DEADLINE_S = 14.0
COMMIT_WRITES_MAX = 100
"""How many writes DynamoDB takes in one transaction."""

_FIRST_WAIT_S = 0.1
_WAIT_FACTOR = 4
_WAIT_S_MAX = 3.0
_WAIT_S_MIN = 0.05


@dataclass(frozen=True, slots=True)
class Write:
    """One item of a commit.

    Attributes:
        table: the table's short name.
        operation: DynamoDB's verb.
        request: the verb's parameters, without the table.
        refusal: what its failed condition means; None: what was read has moved, decide again.
        contended: what to say if others still hold this item at the deadline.
    """

    table: str
    operation: Literal["Put", "Update"]
    request: dict[str, Any]
    refusal: NovaPayError | None = None
    contended: NovaPayError = field(default_factory=Contention)


@dataclass(frozen=True, slots=True)
class Decision(Generic[T]):
    """What to write, and what it leads to once it is written. Nothing to write: just that."""

    outcome: T
    writes: Sequence[Write] = ()


class _TryAgain(Exception):
    """The commit did not happen, and deciding again may help."""

    def __init__(self, at_deadline: NovaPayError) -> None:
        super().__init__()
        self.at_deadline = at_deadline


@dataclass(frozen=True, slots=True)
class Committer:
    """Commits decisions.

    Attributes:
        database: where to.
        sleep, monotonic: waits and measures seconds; injected so that tests need not wait.
    """

    database: Database
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def commit(
        self, decide: Callable[[], Decision[T]], *, deadline_s: float = COMMIT_DEADLINE_S
    ) -> T:
        """Read and decide, write, and return the outcome; again while others move the same items.

        Args:
            decide: reads, and returns what to write. It may be called several times.
            deadline_s: nothing is written or tried again after so long.

        Raises:
            Contention: others kept moving the same items until the deadline.
            StoreUnavailable: DynamoDB did not answer, or throttled until the deadline; it says
                whether it may have written.
            InvariantViolated: there are more than COMMIT_WRITES_MAX writes; nothing was sent.
            NovaPayError: whatever `decide` raises, or the refusal of a failed condition.
        """
        deadline = self.monotonic() + deadline_s
        attempt = 0
        at_deadline: NovaPayError = StoreUnavailable()
        while True:
            decision = decide()
            if not decision.writes:
                return decision.outcome
            if self.monotonic() > deadline:
                raise at_deadline
            try:
                self._write(decision.writes)
            except _TryAgain as again:
                left_s = deadline - self.monotonic()
                wait_s = _wait_s(attempt, left_s)
                attempt += 1
                self.database.meter.count("commit_retries")
                at_deadline = again.at_deadline
                if wait_s > left_s:
                    raise at_deadline from again
                self.sleep(wait_s)
            else:
                return decision.outcome

    def _write(self, writes: Sequence[Write]) -> None:
        """Send the writes as one transaction.

        Args:
            writes: at most COMMIT_WRITES_MAX, each of another item.

        Raises:
            InvariantViolated: there are more; nothing was sent.
            _TryAgain: nothing was written, because of other writers or throttling.
            StoreUnavailable: DynamoDB did not answer; it may have been written all the same.
            NovaPayError: the refusal of a failed condition; nothing was written.
        """
        if len(writes) > COMMIT_WRITES_MAX:
            raise InvariantViolated("a commit has too many writes", {"writes": str(len(writes))})
        started = self.monotonic()
        try:
            response = self.database.client.transact_write_items(
                TransactItems=[self._item(write) for write in writes],
                ClientRequestToken=str(uuid.uuid4()),
                ReturnConsumedCapacity="TOTAL",
            )
        except ClientError as error:
            raise self._meaning(error, writes) from error
        except BotoCoreError as error:
            # It may have been applied: only the client's own key can tell, so never decide again.
            raise StoreUnavailable(may_have_written=True) from error
        self._count(response, (self.monotonic() - started) * 1000)

    def _item(self, write: Write) -> Any:
        name = self.database.table_name(write.table)
        return {write.operation: {"TableName": name, **write.request}}

    def _meaning(self, error: ClientError, writes: Sequence[Write]) -> Exception:
        code = error.response["Error"]["Code"]
        if code == "TransactionCanceledException":
            self.database.meter.count("commit_conflicts")
            return _meaning_of_reasons(error, writes)
        if code in THROTTLES:
            return _TryAgain(StoreUnavailable())
        if is_server_fault(error) or code == "TransactionInProgressException":
            return StoreUnavailable(may_have_written=True)
        return StoreUnavailable() if code in PASSING_FAULTS else error

    def _count(self, response: "TransactWriteItemsOutputTypeDef", took_ms: float) -> None:
        units = sum(table["CapacityUnits"] for table in response.get("ConsumedCapacity", []))
        self.database.meter.count("write_units", units)
        self.database.meter.count("commit_latency", took_ms)


def _wait_s(attempt: int, left_s: float) -> float:
    """Return how long to wait before attempt number `attempt` + 1, with full jitter.

    Where many writers share a wallet, those who wait must be many and those who try few, or they
    only cancel each other. So waits grow fast; and they shrink again as the deadline comes near,
    so that who has waited longest goes first and nobody is turned away.
    """
    grown_s = _FIRST_WAIT_S * _WAIT_FACTOR ** min(attempt, 8)
    fair_s = _WAIT_S_MAX * left_s / COMMIT_DEADLINE_S
    return CHANCE.uniform(0, max(_WAIT_S_MIN, min(grown_s, fair_s)))


def _meaning_of_reasons(error: ClientError, writes: Sequence[Write]) -> Exception:
    """Return what a cancelled commit means, from the reasons by position.

    What was read may be stale where anything moved or was held: then no refusal counts, and the
    decision is made again.
    """
    response: Any = error.response
    reasons = [reason.get("Code", "None") for reason in response["CancellationReasons"]]
    failed = [w for w, r in zip(writes, reasons, strict=True) if r == "ConditionalCheckFailed"]
    held = [w for w, r in zip(writes, reasons, strict=True) if r == "TransactionConflict"]
    stale = [*held, *(write for write in failed if write.refusal is None)]
    if stale:
        return _TryAgain(stale[0].contended)
    if any(reason in THROTTLES for reason in reasons):
        return _TryAgain(StoreUnavailable())
    return next((write.refusal for write in failed if write.refusal is not None), error)
