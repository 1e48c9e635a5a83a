"""What a decision changes: plain values, which the store turns into the writes of one commit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from novapay.domain.audit import AuditRecord
from novapay.domain.entry import TransactionId
from novapay.domain.errors import NovaPayError, Refusal
from novapay.domain.hold import Hold
from novapay.domain.idempotency import Made, MadeKind
from novapay.domain.payroll import ItemFailure, Job, JobId, Lane
from novapay.domain.posting import Posting
from novapay.domain.quote import Quote
from novapay.domain.transaction import Transaction
from novapay.domain.wallet import Wallet

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class WalletOpened:
    """A client's wallet is new, and its owner still has fewer than `wallets_max`."""

    wallet: Wallet
    wallets_max: int


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A wallet's status changed, and the record that says by whom and why is the next of its log.

    A wallet is closed only if it still holds nothing, and nothing of it is held.
    """

    before: Wallet
    after: Wallet
    record: AuditRecord


@dataclass(frozen=True, slots=True)
class Posted:
    """Money moved: each wallet of the posting is still as it was read, and gets its entries."""

    posting: Posting


@dataclass(frozen=True, slots=True)
class Recorded:
    """A transaction is stored under a new id; `taken` is the error if the id is not new."""

    transaction: Transaction
    taken: NovaPayError | None = None


@dataclass(frozen=True, slots=True)
class Reversed:
    """A transaction is given back, all of it or a part, and had been as far as it was read."""

    before: Transaction
    after: Transaction


@dataclass(frozen=True, slots=True)
class QuoteLocked:
    """A quote is new."""

    quote: Quote


@dataclass(frozen=True, slots=True)
class QuoteUsed:
    """A quote that is still active at the instant `at` is used by one transaction."""

    quote: Quote
    by: TransactionId
    at: datetime


@dataclass(frozen=True, slots=True)
class JobQueued:
    """A payroll job is new."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobMoved:
    """A payroll job changed; its status and attempt are still as they were read."""

    before: Job
    after: Job


@dataclass(frozen=True, slots=True)
class LaneOpened:
    """A lane of a funded job is new."""

    job_id: JobId
    lane: Lane


@dataclass(frozen=True, slots=True)
class LaneMoved:
    """A lane's checkpoint moved on from where it was read."""

    job_id: JobId
    before: Lane
    after: Lane


@dataclass(frozen=True, slots=True)
class ItemsFailed:
    """Some items of a batch cannot be paid: which, and why."""

    job_id: JobId
    batch: int
    failures: Mapping[int, ItemFailure]


@dataclass(frozen=True, slots=True)
class HoldOpened:
    """A hold is new; its transaction is recorded with it."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class HoldMoved:
    """Some of a hold was captured or released; it is still as it was read."""

    before: Hold
    after: Hold


Change = (
    WalletOpened
    | StatusChanged
    | Posted
    | Recorded
    | QuoteLocked
    | QuoteUsed
    | JobQueued
    | JobMoved
    | LaneOpened
    | LaneMoved
    | ItemsFailed
    | HoldOpened
    | HoldMoved
    | Reversed
)


@dataclass(frozen=True, slots=True)
class Effect(Generic[R]):
    """The result of a decision.

    Attributes:
        result: the outcome, or the refusal.
        changes: what to commit, all of it or nothing; none if nothing is to be stored.
        counts: what to add to which metrics, once it is committed.
    """

    result: R | Refusal
    changes: Sequence[Change] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def made_by(changes: Iterable[Change]) -> Made | None:  # noqa: PLR0911 - a case each
    """Return what a client's request made, which its key's record names; None for nothing.

    An exchange records two transactions, of which the client's is the first.
    """
    for change in changes:
        match change:
            case Recorded(transaction):
                return Made(MadeKind.TRANSACTION, transaction.transaction_id)
            case StatusChanged(record=record):
                return Made(MadeKind.STATUS, record.entry_id)
            case HoldOpened(hold):
                return Made(MadeKind.TRANSACTION, hold.hold_id)
            case WalletOpened(wallet):
                return Made(MadeKind.WALLET, wallet.wallet_id)
            case QuoteLocked(quote):
                return Made(MadeKind.QUOTE, quote.quote_id)
            case JobQueued(job):
                return Made(MadeKind.JOB, job.job_id)
    return None
