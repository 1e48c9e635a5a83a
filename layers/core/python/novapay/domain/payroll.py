"""A payroll job: its items in batches, its lanes, and its progress.

Items are numbered from 1 in the order in which they were sent. A batch is as many items as one
commit holds. Batch n belongs to lane n mod K (K is the number of lanes), so that the lanes advance
evenly. A lane's checkpoint is how many of its batches are done; the commit that pays a batch moves
it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from novapay.domain.entry import TransactionId
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Currency, Money
from novapay.domain.wallet import UserId, WalletId

JobId = NewType("JobId", str)

ITEMS_MAX = 25_000
BATCH_ITEMS_MAX = 24
ITEMS_PER_LANE = 3_500
JOB_NAME_CHARACTERS_MAX = 140


class JobStatus(StrEnum):
    """The status of a job. FAILED: nobody was paid."""

    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"

    @property
    def is_open(self) -> bool:
        return self in (JobStatus.QUEUED, JobStatus.PROCESSING)


class ItemStatus(StrEnum):
    """The status of an item."""

    PENDING = "PENDING"
    PAID = "PAID"
    FAILED = "FAILED"


class ItemFailure(StrEnum):
    """Why a single item was not paid."""

    WALLET_NOT_FOUND = "wallet-not-found"
    WALLET_INACTIVE = "wallet-inactive"
    WALLET_OWNER_MISMATCH = "wallet-owner-mismatch"
    CURRENCY_MISMATCH = "currency-mismatch"
    SAME_WALLET = "same-wallet"
    SEAL_BROKEN = "seal-broken"


@dataclass(frozen=True, slots=True)
class PayrollItem:
    """One payment of a job, number `index`."""

    index: int
    employee_user_id: UserId
    recipient_wallet_id: WalletId
    amount: Money


@dataclass(frozen=True, slots=True)
class Batch:
    """The items that one commit pays, and the reasons of those that could not be paid."""

    number: int
    items: tuple[PayrollItem, ...]
    failures: Mapping[int, ItemFailure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane's progress: `checkpoint` of its batches are done."""

    number: int
    checkpoint: int = 0
    paid_items: int = 0
    failed_items: int = 0
    paid_units: int = 0

    def next_batch(self, lanes: int) -> int:
        """Return the number of the next batch, even if the job has no such batch."""
        return self.number + self.checkpoint * lanes


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it is stored; its lanes hold what has been paid so far.

    Attributes:
        lane_units: for each lane, the sum of its items in the source wallet's currency, in units
            of 10^-8.
        attempt: how many executions failed before this one; part of the execution's name.
        request_id: the id of the request that created it; every log line of its runs contains it.
        seal: proves that the accepting function made it; see `payroll_seal`. None: it has none.
        idempotency_key: the client's; None if there was none.
    """

    job_id: JobId
    employer_id: UserId
    source_wallet_id: WalletId
    source_user_id: UserId
    job_name: str
    status: JobStatus
    currency: Currency
    total_items: int
    lane_units: tuple[int, ...]
    created_at: datetime
    attempt: int = 0
    finished_at: datetime | None = None
    failure: str | None = None
    request_id: str | None = None
    seal: bytes | None = None
    idempotency_key: IdempotencyKey | None = None

    @property
    def lanes(self) -> int:
        return len(self.lane_units)

    @property
    def batches(self) -> int:
        return -(-self.total_items // BATCH_ITEMS_MAX)

    def items_in(self, batch: int) -> range:
        """Return the numbers of a batch's items, whatever is stored of the batch."""
        first = batch * BATCH_ITEMS_MAX + 1
        return range(first, min(first + BATCH_ITEMS_MAX, self.total_items + 1))

    @property
    def total(self) -> Money:
        """The sum of the items in the source wallet's currency, which is set aside for the job."""
        return Money(sum(self.lane_units), self.currency)

    @property
    def execution_name(self) -> str:
        """The name of the job's execution: a name runs once, however often it is started."""
        return self.job_id if self.attempt == 0 else f"{self.job_id}-{self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A job and its lanes, as they were read at one instant."""

    job: Job
    lanes: tuple[Lane, ...]

    @property
    def paid_items(self) -> int:
        return sum(lane.paid_items for lane in self.lanes)

    @property
    def failed_items(self) -> int:
        return sum(lane.failed_items for lane in self.lanes)

    @property
    def processed_items(self) -> int:
        """Items that are settled: paid, or failed for good."""
        return self.paid_items + self.failed_items

    @property
    def paid(self) -> Money:
        return Money(sum(lane.paid_units for lane in self.lanes), self.job.currency)

    @property
    def checkpoint(self) -> int:
        """The highest item number up to which every item is settled; 0 before the first."""
        if not self.lanes:
            return 0
        first_open = min(lane.next_batch(self.job.lanes) for lane in self.lanes)
        return min(first_open * BATCH_ITEMS_MAX, self.job.total_items)

    def is_done(self, batch: int) -> bool:
        """Return whether a batch has been committed."""
        lane = next((lane for lane in self.lanes if lane.number == batch % self.job.lanes), None)
        return lane is not None and batch < lane.next_batch(self.job.lanes)

    @property
    def is_complete(self) -> bool:
        return self.processed_items == self.job.total_items

    def outcome(self) -> JobStatus:
        """Return the final status of a complete job."""
        if self.failed_items == 0:
            return JobStatus.COMPLETED
        return JobStatus.PARTIAL if self.paid_items else JobStatus.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOrder:
    """One payment that an employer asks for; without a currency, in the source wallet's."""

    employee_user_id: UserId
    recipient_wallet_id: WalletId
    amount_units: int
    currency: Currency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    """An employer's request for a job."""

    employer_id: UserId
    source_wallet_id: WalletId
    source_user_id: UserId
    job_name: str
    items: Sequence[ItemOrder]
    request_id: str | None = None
    idempotency_key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item and its outcome."""

    item: PayrollItem
    status: ItemStatus
    transaction_id: TransactionId | None
    failure: str | None


def batches_of(items: Sequence[PayrollItem]) -> Iterator[Batch]:
    """Yield the items in batches, the first being number 0."""
    for number, start in enumerate(range(0, len(items), BATCH_ITEMS_MAX)):
        yield Batch(number, tuple(items[start : start + BATCH_ITEMS_MAX]))


def lanes_of(items: int) -> int:
    """Return how many lanes a job of so many items has; docs/payroll.md explains it."""
    return max(1, -(-items // ITEMS_PER_LANE))


LANES_MAX = lanes_of(ITEMS_MAX)


def lane_units_of(batches: Sequence[Batch], currency: Currency) -> tuple[int, ...]:
    """Return the money that each lane needs.

    Args:
        batches: all batches of the job.
        currency: the source wallet's; items in other currencies are not paid, so not counted.

    Returns:
        one sum for each lane, in units of 10^-8.
    """
    items = sum(len(batch.items) for batch in batches)
    units = [0] * lanes_of(items)
    for batch in batches:
        for item in batch.items:
            if item.amount.currency == currency:
                units[batch.number % len(units)] += item.amount.units
    return tuple(units)
