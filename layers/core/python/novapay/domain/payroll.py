"""A payroll job: its items in batches, its lanes, and what their checkpoints say of the whole.

Items are numbered from 1 in the order in which they were sent. A batch is as many items as one
commit holds. Batch n belongs to lane n mod K, so that the lanes advance evenly; a lane's
checkpoint is how many of its batches are done, moved in the commit that does one.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from novapay.domain.entry import EntryType, TransactionId
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Currency, Money
from novapay.domain.posting import Leg
from novapay.domain.wallet import UserId, Wallet, WalletId, WalletKind

JobId = NewType("JobId", str)

ITEMS_MAX = 25_000
BATCH_ITEMS_MAX = 24
ITEMS_PER_LANE = 3_500
JOB_NAME_CHARACTERS_MAX = 140


class JobStatus(StrEnum):
    """Where a job stands. FAILED: nobody was paid."""

    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"

    @property
    def is_open(self) -> bool:
        return self in (JobStatus.QUEUED, JobStatus.PROCESSING)


class ItemStatus(StrEnum):
    """Where an item stands."""

    PENDING = "PENDING"
    PAID = "PAID"
    FAILED = "FAILED"


class ItemFailure(StrEnum):
    """Why an item alone was not paid."""

    WALLET_NOT_FOUND = "wallet-not-found"
    WALLET_INACTIVE = "wallet-inactive"
    WALLET_OWNER_MISMATCH = "wallet-owner-mismatch"
    CURRENCY_MISMATCH = "currency-mismatch"
    SAME_WALLET = "same-wallet"


@dataclass(frozen=True, slots=True)
class PayrollItem:
    """One payment of a job, number `index`."""

    index: int
    employee_user_id: UserId
    recipient_wallet_id: WalletId
    amount: Money


@dataclass(frozen=True, slots=True)
class Batch:
    """The items that one commit pays, and those of them that it found to be bad."""

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
        """Return the number of the batch that comes next, whether or not the job has it."""
        return self.number + self.checkpoint * lanes


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it is stored; what has been paid so far is in its lanes.

    Attributes:
        lane_units: what each lane needs, in units: the amounts in the source's currency.
        attempt: how many executions were given up; the next one's name follows from it.
        request_id: of the request that created it; every line of its runs' logs has it.
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

    @property
    def lanes(self) -> int:
        return len(self.lane_units)

    @property
    def batches(self) -> int:
        return -(-self.total_items // BATCH_ITEMS_MAX)

    @property
    def total(self) -> Money:
        """What the items in the source's currency add up to: what is set aside."""
        return Money(sum(self.lane_units), self.currency)

    @property
    def execution_name(self) -> str:
        """The name under which the job runs: one name runs once, however often it is started."""
        return self.job_id if self.attempt == 0 else f"{self.job_id}-{self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the lanes of a job say of it at one instant."""

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
    """One payment that an employer asks for; without a currency it is in the source wallet's."""

    employee_user_id: UserId
    recipient_wallet_id: WalletId
    amount_units: int
    currency: Currency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    """What an employer asks for."""

    employer_id: UserId
    source_wallet_id: WalletId
    source_user_id: UserId
    job_name: str
    items: Sequence[ItemOrder]
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item, and what has become of it."""

    item: PayrollItem
    status: ItemStatus
    transaction_id: TransactionId | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items in order, and how many the job has in all."""

    items: list[ItemState]
    total: int


def batches_of(items: Sequence[PayrollItem]) -> Iterator[Batch]:
    """Yield the items in batches, the first being number 0."""
    for number, start in enumerate(range(0, len(items), BATCH_ITEMS_MAX)):
        yield Batch(number, tuple(items[start : start + BATCH_ITEMS_MAX]))


def item_key(job_id: JobId, index: int) -> IdempotencyKey:
    """Return the stable idempotency key of an item (the seed's rule)."""
    return IdempotencyKey(f"payroll-{job_id}-{index}")


def item_transaction_id(job_id: JobId, index: int) -> TransactionId:
    """Return the id of the one transaction that can pay an item."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(job_id), item_key(job_id, index))))


def fund_transaction_id(job_id: JobId) -> TransactionId:
    """Return the id of the transaction that sets a job's money aside."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(job_id), "fund")))


def settle_transaction_id(job_id: JobId) -> TransactionId:
    """Return the id of the transaction that gives back what was not paid."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(job_id), "settle")))


def float_wallet_id(job_id: JobId, lane: int) -> WalletId:
    """Return the id of the system wallet that holds a lane's money while the job runs."""
    return WalletId(str(uuid.uuid5(uuid.UUID(job_id), f"float:{lane}")))


def open_float(job_id: JobId, lane: int, currency: Currency, now: datetime) -> Wallet:
    """Return a lane's float wallet before its first entry."""
    return Wallet.open_system(
        wallet_id=float_wallet_id(job_id, lane),
        kind=WalletKind.PAYROLL_FLOAT,
        currency=currency,
        now=now,
    )


def lane_units_of(batches: Sequence[Batch], currency: Currency) -> tuple[int, ...]:
    """Return what each lane needs, in units; there are as many as docs/payroll.md says and why."""
    items = sum(len(batch.items) for batch in batches)
    units = [0] * max(1, -(-items // ITEMS_PER_LANE))
    for batch in batches:
        for item in batch.items:
            if item.amount.currency == currency:
                units[batch.number % len(units)] += item.amount.units
    return tuple(units)


def fund_legs(job: Job) -> list[Leg]:
    """Return the legs that set a job's money aside, all of it or nothing; none for no money."""
    if job.total.units == 0:
        return []
    transaction_id = fund_transaction_id(job.job_id)
    debit = Leg(
        transaction_id=transaction_id,
        wallet_id=job.source_wallet_id,
        user_id=job.source_user_id,
        entry_type=EntryType.DEBIT,
        amount=job.total,
    )
    credits_ = [
        Leg(
            transaction_id=transaction_id,
            wallet_id=float_wallet_id(job.job_id, lane),
            entry_type=EntryType.CREDIT,
            amount=Money(units, job.currency),
        )
        for lane, units in enumerate(job.lane_units)
        if units > 0
    ]
    return [debit, *credits_]


def failure_of(item: PayrollItem, job: Job, wallet: Wallet | None) -> ItemFailure | None:
    """Return why an item cannot be paid into the wallet that it names, or None if it can."""
    if wallet is None or wallet.kind is not WalletKind.CLIENT:
        return ItemFailure.WALLET_NOT_FOUND
    if wallet.wallet_id == job.source_wallet_id:
        return ItemFailure.SAME_WALLET
    if wallet.user_id != item.employee_user_id:
        return ItemFailure.WALLET_OWNER_MISMATCH
    if not wallet.is_active:
        return ItemFailure.WALLET_INACTIVE
    if not wallet.currency == item.amount.currency == job.currency:
        return ItemFailure.CURRENCY_MISMATCH
    return None


def pay_legs(job: Job, lane: int, items: Sequence[PayrollItem]) -> list[Leg]:
    """Return the legs that pay items from a lane's float, two an item."""
    legs = []
    for item in items:
        transaction_id = item_transaction_id(job.job_id, item.index)
        legs += [
            Leg(
                transaction_id=transaction_id,
                wallet_id=float_wallet_id(job.job_id, lane),
                entry_type=EntryType.DEBIT,
                amount=item.amount,
            ),
            Leg(
                transaction_id=transaction_id,
                wallet_id=item.recipient_wallet_id,
                user_id=item.employee_user_id,
                entry_type=EntryType.CREDIT,
                amount=item.amount,
            ),
        ]
    return legs


def settle_legs(job: Job, floats: Sequence[Wallet]) -> list[Leg]:
    """Return the legs that give back what the floats still hold; none if they are empty."""
    transaction_id = settle_transaction_id(job.job_id)
    debits = [
        Leg(
            transaction_id=transaction_id,
            wallet_id=wallet.wallet_id,
            entry_type=EntryType.DEBIT,
            amount=wallet.balance,
        )
        for wallet in floats
        if wallet.balance.units > 0
    ]
    if not debits:
        return []
    left = Money(sum(leg.amount.units for leg in debits), job.currency)
    credit = Leg(
        transaction_id=transaction_id,
        wallet_id=job.source_wallet_id,
        entry_type=EntryType.CREDIT,
        amount=left,
    )
    return [*debits, credit]
