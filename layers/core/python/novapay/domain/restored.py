"""What is stored after a restore from a backup, and the repairs that make it whole again.

DynamoDB restores table by table and item by item, so a commit of the last seconds may be there in
some of its items only: each item is as it was after some commit, not all after the same one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from novapay.domain.audit import AuditHead, AuditRecord
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.hold import Hold
from novapay.domain.idempotency import KeyRecord
from novapay.domain.payroll import Batch, ItemFailure, Job, JobId, Lane
from novapay.domain.payroll_money import fund_transaction_id, settle_transaction_id
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.reference import ReferenceRecord
from novapay.domain.transaction import Transaction
from novapay.domain.wallet import UserId, Wallet, WalletId


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A payroll job that was open, or changed, in the last seconds.

    Attributes:
        job: its facts and its status.
        lanes: those that are stored.
        batches: those that are stored, by number.
        has_manifest: whether the digests of its batches are stored.
        paid_before: the numbers of the items whose payment is older than the last seconds.
        is_funded_before: whether its money was set aside before that.
        is_settled_before: whether what was left was given back before that.
    """

    job: Job
    lanes: Mapping[int, Lane]
    batches: Mapping[int, Batch]
    has_manifest: bool
    paid_before: frozenset[int] = frozenset()
    is_funded_before: bool = False
    is_settled_before: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether everything is there that the job was accepted with."""
        return self.has_manifest and all(n in self.batches for n in range(self.job.batches))

    @property
    def fund_id(self) -> TransactionId:
        return fund_transaction_id(self.job.job_id)

    @property
    def settle_id(self) -> TransactionId:
        return settle_transaction_id(self.job.job_id)


@dataclass(frozen=True, slots=True)
class StoredHold:
    """A hold that was made or moved in the last seconds, or says that it was.

    Attributes:
        hold: as it is stored.
        older: its captures and its release that are older than the last seconds.
    """

    hold: Hold
    older: Sequence[Transaction] = ()


@dataclass(frozen=True, slots=True)
class WalletCount:
    """How many wallets a user has, and how many were counted; None: nothing is counted yet."""

    stored: int
    counted: int | None


@dataclass(frozen=True, slots=True)
class AuditTail:
    """The end of the audit log.

    Attributes:
        base: the last line that is older than the last seconds.
        records: the lines after it, by ascending number.
        anchor: where the log ends, by the other table; None if that says nothing.
    """

    base: AuditHead = field(default_factory=AuditHead)
    records: Sequence[AuditRecord] = ()
    anchor: AuditHead | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is stored of the last seconds, and what it stands on.

    Attributes:
        since: when the last seconds begin; what is older is taken as whole and never changed.
        wallets: all that have an entry since, changed since, or are not as their entries or the
            records of their status say; and the recipients of the jobs.
        bases: the last entry of each of these wallets that is older; absent if it has none.
        entries: all since then.
        transactions: all since then.
        older_transactions: those that a record, a quote or a reference names and that are older.
        reversed: those that are older and that a reversal since then gives back, or that list a
            reversal which is not stored or not older.
        older_reversals: those reversals that are older and that one of these lists.
        records: those of keys, since then and a little longer, without answers.
        quotes: those that were made or used since then, or that a transaction names.
        jobs: see `StoredJob`.
        holds: see `StoredHold`.
        users: those who opened a wallet since then.
        audit: the end of the audit log.
        references: those that were taken since then and a little longer.
        status_logs: all records of changes of a wallet's status, by ascending number.
    """

    since: datetime
    wallets: Mapping[WalletId, Wallet] = field(default_factory=dict)
    bases: Mapping[WalletId, Entry] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    transactions: Mapping[TransactionId, Transaction] = field(default_factory=dict)
    older_transactions: frozenset[TransactionId] = frozenset()
    reversed: Mapping[TransactionId, Transaction] = field(default_factory=dict)
    older_reversals: Mapping[TransactionId, Transaction] = field(default_factory=dict)
    records: Sequence[KeyRecord] = ()
    quotes: Mapping[QuoteId, Quote] = field(default_factory=dict)
    jobs: Mapping[JobId, StoredJob] = field(default_factory=dict)
    holds: Mapping[TransactionId, StoredHold] = field(default_factory=dict)
    users: Mapping[UserId, WalletCount] = field(default_factory=dict)
    audit: AuditTail = field(default_factory=AuditTail)
    references: Sequence[ReferenceRecord] = ()
    status_logs: Mapping[WalletId, Sequence[AuditRecord]] = field(default_factory=dict)


class Because(StrEnum):
    """Why a commit cannot be completed, so that what is there of it is dropped."""

    NO_TRANSACTION = "no-transaction"
    NO_OTHER_SIDE = "no-other-side"
    NO_ENTRY = "no-entry"
    NO_WALLET = "no-wallet"
    NO_KEY_RECORD = "no-key-record"
    NO_QUOTE = "no-quote"
    NO_ORIGINAL = "no-original"
    NO_JOB = "no-job"
    ITEM_MISSING = "item-missing"
    DISAGREES = "disagrees"
    STANDS_ON_DROPPED = "stands-on-dropped"
    JOB_UNFINISHED = "job-unfinished"
    NO_REFERENCE = "no-reference"


@dataclass(frozen=True, slots=True)
class EntryDropped:
    """An entry is deleted; the entries before it in its wallet stay."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class TransactionDropped:
    """A transaction is deleted: it was not made."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class RecordDropped:
    """A key's record is deleted: what it answers is not there, so the request may be made again."""

    record: KeyRecord


@dataclass(frozen=True, slots=True)
class ReferenceDropped:
    """A reference is free again: the transaction that had it is not there."""

    record: ReferenceRecord


@dataclass(frozen=True, slots=True)
class WalletSet:
    """A wallet is put where its last entry and the last record of its status left it.

    `before` is None for a missing system wallet.
    """

    before: Wallet | None
    after: Wallet


@dataclass(frozen=True, slots=True)
class WalletDropped:
    """A system wallet without entries is deleted: the commit of its first entry stores it again."""

    wallet: Wallet


@dataclass(frozen=True, slots=True)
class QuoteSet:
    """A quote is marked as used, or as not used, as its transaction is there or not."""

    before: Quote
    after: Quote


@dataclass(frozen=True, slots=True)
class ReversalsSet:
    """A transaction lists the reversals that are there, and counts what they gave back."""

    before: Transaction
    after: Transaction


@dataclass(frozen=True, slots=True)
class JobSet:
    """A payroll job gets the status that its payments say."""

    before: Job
    after: Job


@dataclass(frozen=True, slots=True)
class JobDropped:
    """A payroll job is deleted: it was not accepted."""

    job: Job


@dataclass(frozen=True, slots=True)
class LaneSet:
    """A lane gets the checkpoint that its payments say; before is None for a missing one."""

    job_id: JobId
    before: Lane | None
    after: Lane


@dataclass(frozen=True, slots=True)
class LaneDropped:
    """A lane is deleted, because its job is not funded."""

    job_id: JobId
    lane: Lane


@dataclass(frozen=True, slots=True)
class FailuresSet:
    """A batch lists the items that were not paid."""

    job_id: JobId
    batch: int
    before: Mapping[int, ItemFailure]
    after: Mapping[int, ItemFailure]


@dataclass(frozen=True, slots=True)
class HoldSet:
    """A hold gets the state that its captures and its release say."""

    before: Hold
    after: Hold


@dataclass(frozen=True, slots=True)
class CountSet:
    """A user's count of wallets becomes the number of wallets."""

    user_id: UserId
    count: WalletCount


@dataclass(frozen=True, slots=True)
class AuditDropped:
    """A line of the audit log is deleted, because a line before it is missing."""

    record: AuditRecord


@dataclass(frozen=True, slots=True)
class StatusDropped:
    """A record of a change of status is deleted: one before it is missing, or money is there."""

    wallet_id: WalletId
    record: AuditRecord


@dataclass(frozen=True, slots=True)
class AnchorSet:
    """The anchor names the last line of the audit log; `after` is None if no line is left."""

    before: AuditHead | None
    after: AuditHead | None


Repair = (
    EntryDropped
    | TransactionDropped
    | RecordDropped
    | WalletSet
    | WalletDropped
    | QuoteSet
    | JobSet
    | JobDropped
    | LaneSet
    | LaneDropped
    | FailuresSet
    | CountSet
    | AuditDropped
    | StatusDropped
    | AnchorSet
    | ReferenceDropped
    | HoldSet
    | ReversalsSet
)


@dataclass(frozen=True, slots=True)
class Torn:
    """A commit that moved money, or refused to, and was not whole.

    Attributes:
        ids: its transactions.
        because: why it was dropped; None if it was completed.
    """

    ids: tuple[TransactionId, ...]
    because: Because | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a reconciliation does.

    Attributes:
        kept: how many commits that moved money since `since` stay, the completed ones included.
        torn: the commits that were not whole.
        repairs: the changes, each of another item.
        too_old: what is wrong and older than the last seconds, so that nothing is repaired.
    """

    kept: int
    torn: Sequence[Torn]
    repairs: Sequence[Repair]
    too_old: Sequence[str] = ()
