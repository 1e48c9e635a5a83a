"""The only caller of TransactWriteItems: it writes all of a decision's writes, or none.

A decision is made from a read. If an item has changed between the read and the write, the commit
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
    PASSING_ERRORS,
    THROTTLES,
    Database,
    is_server_error,
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
        operation: the kind of write.
        request: its parameters as DynamoDB takes them, without the table.
        refusal: the error to raise if the condition fails; None: the item changed since it was
            read, so read again and retry.
        contended: the error to raise if others still change this item at the deadline.
    """

    table: str
    operation: Literal["Put", "Update", "Delete", "ConditionCheck"]
    request: dict[str, Any]
    refusal: NovaPayError | None = None
    contended: NovaPayError = field(default_factory=Contention)


@dataclass(frozen=True, slots=True)
class Decision(Generic[T]):
    """Writes to commit and the outcome to return; without writes, just the outcome."""

    outcome: T
    writes: Sequence[Write] = ()


class _TryAgain(Exception):
    """Nothing was committed, and a new decision may succeed."""

    def __init__(self, at_deadline: NovaPayError) -> None:
        super().__init__()
        self.at_deadline = at_deadline


class Moved(_TryAgain):
    """What a decision was made from has moved since it was read; a decision may raise it."""

    def __init__(self) -> None:
        super().__init__(Contention())


@dataclass(frozen=True, slots=True)
class Committer:
    """Commits decisions in transactions.

    Attributes:
        database: the tables to write to.
        sleep, monotonic: wait and measure, in seconds; injected so that tests do not wait.
    """

    database: Database
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def commit(
        self, decide: Callable[[], Decision[T]], *, deadline_s: float = COMMIT_DEADLINE_S
    ) -> T:
        """Read, decide, write and return the outcome; start again while others change the items.

        Args:
            decide: reads, and returns what to write. It may be called several times.
            deadline_s: nothing is written or tried again after so long.

        Raises:
            Contention: others kept moving the same items until the deadline.
            StoreUnavailable: DynamoDB did not answer, or throttled until the deadline; it says
                whether it may have written.
            ClockSkewed: our clock is off by DynamoDB's; nothing was sent.
            InvariantViolated: there are more than COMMIT_WRITES_MAX writes; nothing was sent.
            NovaPayError: whatever `decide` raises, or the refusal of a failed condition.
        """
        deadline = self.monotonic() + deadline_s
        attempt = 0
        at_deadline: NovaPayError = StoreUnavailable()
        while True:
            try:
                decision = self._decided(decide)
                if not decision.writes:
                    return decision.outcome
                self.database.check_clock()
                if self.monotonic() > deadline:
                    raise at_deadline
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

    def _decided(self, decide: Callable[[], Decision[T]]) -> Decision[T]:
        try:
            return decide()
        except InvariantViolated:
            self.database.check_clock()  # a wrong clock sees violations where there are none
            raise

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
        if is_server_error(error) or code == "TransactionInProgressException":
            return StoreUnavailable(may_have_written=True)
        return StoreUnavailable() if code in PASSING_ERRORS else error

    def _count(self, response: "TransactWriteItemsOutputTypeDef", took_ms: float) -> None:
        units = sum(table["CapacityUnits"] for table in response.get("ConsumedCapacity", []))
        self.database.meter.count("write_units", units)
        self.database.meter.count("commit_latency", took_ms)


def _wait_s(attempt: int, left_s: float) -> float:
    """Return how many seconds to wait after attempt number `attempt`, from 0, with full jitter.

    Back-off grows fast under contention and shrinks near the deadline, so that the oldest request
    wins. If many writers of one wallet tried at the same time, they would only cancel each other.
    """
    grown_s = _FIRST_WAIT_S * _WAIT_FACTOR ** min(attempt, 8)
    fair_s = _WAIT_S_MAX * left_s / COMMIT_DEADLINE_S
    return CHANCE.uniform(0, max(_WAIT_S_MIN, min(grown_s, fair_s)))


def _meaning_of_reasons(error: ClientError, writes: Sequence[Write]) -> Exception:
    """Return the error of a cancelled commit; its reasons are in the order of the writes.

    If an item has changed, or is part of another transaction, the read may be stale. Then a
    refusal may be wrong, so the decision is made again.
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
