"""Reads from restored tables what a reconciliation needs: all of the last seconds, little else.

It scans the tables, so it is for tables that nobody uses. It keeps the last older entry of each
wallet in memory, every reversal and what it reversed: about a kilobyte each.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from novapay.domain.audit import AuditHead, AuditRecord
from novapay.domain.chain import well_formed
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.hold import Hold
from novapay.domain.idempotency import KeyRecord, MadeKind
from novapay.domain.instants import CLOCK_TOLERANCE
from novapay.domain.payroll import Batch, Job, JobId
from novapay.domain.payroll_money import (
    fund_transaction_id,
    item_transaction_id,
    settle_transaction_id,
)
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.reconcile_postings import item_of
from novapay.domain.reference import ReferenceRecord
from novapay.domain.restored import AuditTail, Restored, StoredHold, StoredJob, WalletCount
from novapay.domain.transaction import Transaction, TransactionType
from novapay.domain.wallet import UserId, Wallet, WalletId, WalletKind
from novapay.domain.wallet_status import is_as_recorded
from novapay.schema import Table
from novapay.store.client import BATCH_READS_MAX, Database
from novapay.store.items import read_text
from novapay.store.tables import (
    anchors,
    audit,
    holds,
    idempotency,
    ledger,
    manifests,
    payroll,
    quotes,
    references,
    transfers,
    users,
    wallets,
)

_T = TypeVar("_T")

RECORDS_EARLIER = 2 * CLOCK_TOLERANCE
"""How much older a record of a key or a reference may be than its posting, and more."""


@dataclass(slots=True)
class _Ledger:
    """The entries since an instant, and for every wallet the last one before it."""

    entries: list[Entry] = field(default_factory=list)
    bases: dict[WalletId, Entry] = field(default_factory=dict)


@dataclass(slots=True)
class _Rows:
    """The transactions since an instant; every hold, and what moved it before that instant; of the
    older ones the reversals and what these reversed."""

    recent: dict[TransactionId, Transaction] = field(default_factory=dict)
    holds: dict[TransactionId, Hold] = field(default_factory=dict)
    older: dict[TransactionId, list[Transaction]] = field(default_factory=lambda: defaultdict(list))
    older_reversals: dict[TransactionId, Transaction] = field(default_factory=dict)
    older_reversed: dict[TransactionId, Transaction] = field(default_factory=dict)

    def moved_holds(self) -> dict[TransactionId, StoredHold]:
        """Return the holds that were moved since, by their state or by their movements."""
        moved = {row.hold_id for row in self.recent.values()}
        return {
            hold_id: StoredHold(hold, self.older[hold_id])
            for hold_id, hold in self.holds.items()
            if hold_id in moved
            or {*hold.movements} - {row.transaction_id for row in self.older[hold_id]}
        }


@dataclass(slots=True)
class _Wallets:
    """The wallets that matter, the ids of all, and how many those have who opened one lately."""

    found: dict[WalletId, Wallet] = field(default_factory=dict)
    ids: set[WalletId] = field(default_factory=set)
    of_openers: dict[UserId, int] = field(default_factory=dict)


def read_restored(database: Database, *, since: datetime) -> Restored:
    """Return what is stored of the time since an instant, and what it stands on.

    Raises:
        InvariantViolated: an item cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    entries = _read_ledger(database, since)
    stored_rows = _read_rows(database, since)
    rows = stored_rows.recent
    given_back = _reversed(database, stored_rows)
    records = _read_records(database, since - RECORDS_EARLIER)
    taken = _read_references(database, since - RECORDS_EARLIER)
    known_quotes = _read_quotes(database, rows.values(), since)
    jobs = _read_jobs(database, rows, since)
    logs = audit.read_status_logs(database)
    stored = _read_wallets(database, entries, jobs.values(), logs, since)
    return Restored(
        since=since,
        wallets=stored.found,
        bases={
            wallet_id: entry
            for wallet_id, entry in entries.bases.items()
            if wallet_id in stored.found or wallet_id not in stored.ids
        },
        entries=entries.entries,
        transactions=rows,
        older_transactions=_older(database, rows, records, known_quotes.values(), taken),
        reversed=given_back,
        older_reversals={
            it: stored_rows.older_reversals[it]
            for row in given_back.values()
            for it in row.reversals
            if it in stored_rows.older_reversals
        },
        records=records,
        quotes=known_quotes,
        jobs=jobs,
        holds=stored_rows.moved_holds(),
        users=_counts(database, stored.of_openers),
        audit=_read_audit(database, since),
        references=taken,
        status_logs=logs,
    )


def _reversed(database: Database, stored: _Rows) -> dict[TransactionId, Transaction]:
    """Return the older transactions whose reversals are not all as old."""
    found = {
        row.transaction_id: row
        for row in stored.older_reversed.values()
        if any(it not in stored.older_reversals for it in row.reversals)
    }
    recent = {row.reverses for row in stored.recent.values() if row.reverses is not None}
    named = sorted(recent - stored.recent.keys() - found.keys())
    for some in _hundreds(named):
        rows = transfers.get_transactions(database, some)
        found |= {row.transaction_id: row for row in rows}
    return found


def list_all_wallets(database: Database) -> Iterator[Wallet]:
    """Yield every wallet, in no order.

    Raises:
        InvariantViolated: one cannot be read.
    """
    return map(wallets.parse, database.scan(Table.WALLETS))


def _read_ledger(database: Database, since: datetime) -> _Ledger:
    found = _Ledger()
    for item in database.scan(Table.LEDGER):
        entry = ledger.readable(ledger.read(item), WalletId(read_text(item, "walletId")))
        if entry.created_at >= since:
            found.entries.append(entry)
            continue
        base = found.bases.get(entry.wallet_id)
        if base is None or base.sequence < entry.sequence:
            found.bases[entry.wallet_id] = entry
    return found


def _read_rows(database: Database, since: datetime) -> _Rows:
    found = _Rows()
    for item in database.scan(Table.TRANSFERS):
        row = transfers.parse(item)
        if row.created_at >= since:
            found.recent[row.transaction_id] = row
        elif row.hold_id is not None:
            found.older[row.hold_id].append(row)
        elif row.transaction_type is TransactionType.REVERSAL and row.entries:
            found.older_reversals[row.transaction_id] = row
        if row.created_at < since and row.reversals:
            found.older_reversed[row.transaction_id] = row
        if holds.is_hold(item):
            found.holds[row.transaction_id] = holds.parse(item)
    return found


def _read_records(database: Database, since: datetime) -> list[KeyRecord]:
    records = map(idempotency.parse, database.scan(Table.IDEMPOTENCY))
    return [record for record in records if record.created_at >= since]


def _read_references(database: Database, since: datetime) -> list[ReferenceRecord]:
    taken = map(references.parse, database.scan(Table.REFERENCES))
    return [record for record in taken if record.created_at >= since]


def _read_quotes(
    database: Database, rows: Iterable[Transaction], since: datetime
) -> dict[QuoteId, Quote]:
    named = {row.fx_quote_id for row in rows}
    stored = map(quotes.parse, filter(quotes.is_quote, database.scan(Table.QUOTES)))
    return {
        quote.quote_id: quote
        for quote in stored
        if quote.expires_at >= since
        or quote.quote_id in named
        or (quote.used_at is not None and quote.used_at >= since)
    }


def _read_jobs(
    database: Database, rows: dict[TransactionId, Transaction], since: datetime
) -> dict[JobId, StoredJob]:
    """Return the jobs that are open, or that the time since an instant has changed."""
    moved = {item[0] for row in rows.values() if (item := item_of(row)) is not None}
    jobs = {}
    for ids in _hundreds(payroll.list_every_job(database)):
        snapshot = database.read([payroll.job_key(job_id) for job_id in ids])
        for job_id in ids:
            job = payroll.find_job(snapshot, job_id)
            if job is None:
                continue
            is_recent = max(job.created_at, job.finished_at or job.created_at) >= since
            if job.status.is_open or is_recent or job_id in moved:
                jobs[job_id] = _read_job(database, job, rows)
    return jobs


def _read_job(database: Database, job: Job, rows: dict[TransactionId, Transaction]) -> StoredJob:
    progress = payroll.get_progress(database, job.job_id)
    batches: dict[int, Batch] = {}
    for numbers in _hundreds(range(job.batches)):
        batches |= manifests.find_batches(database, job.job_id, numbers)
    items = {
        item_transaction_id(job.job_id, index): index for index in range(1, job.total_items + 1)
    }
    fund, settle = fund_transaction_id(job.job_id), settle_transaction_id(job.job_id)
    older = _existing(database, [it for it in (*items, fund, settle) if it not in rows])
    return StoredJob(
        job=job,
        lanes={} if progress is None else {lane.number: lane for lane in progress.lanes},
        batches=batches,
        has_manifest=manifests.get_manifest(database, job.job_id) is not None,
        paid_before=frozenset(items[it] for it in older if it in items),
        is_funded_before=fund in older,
        is_settled_before=settle in older,
    )


def _read_wallets(
    database: Database,
    entries: _Ledger,
    jobs: Iterable[StoredJob],
    logs: Mapping[WalletId, Sequence[AuditRecord]],
    since: datetime,
) -> _Wallets:
    payees = {
        item.recipient_wallet_id
        for stored in jobs
        for batch in stored.batches.values()
        for item in batch.items
    }
    needed = payees | {entry.wallet_id for entry in entries.entries}
    owned: Counter[UserId] = Counter()
    result = _Wallets()
    openers = set()
    for wallet in list_all_wallets(database):
        result.ids.add(wallet.wallet_id)
        is_client = wallet.kind is WalletKind.CLIENT
        owned[wallet.user_id] += is_client
        if is_client and wallet.created_at >= since:
            openers.add(wallet.user_id)
        base = entries.bases.get(wallet.wallet_id)
        at = 0 if base is None else base.sequence
        is_touched = max(wallet.created_at, wallet.posted_at) >= since or wallet.sequence != at
        has_its_status = is_as_recorded(wallet, logs.get(wallet.wallet_id, ()))
        if is_touched or not has_its_status or wallet.wallet_id in needed:
            result.found[wallet.wallet_id] = wallet
    result.of_openers = {user_id: owned[user_id] for user_id in openers}
    return result


def _older(
    database: Database,
    rows: dict[TransactionId, Transaction],
    records: Iterable[KeyRecord],
    known_quotes: Iterable[Quote],
    taken: Iterable[ReferenceRecord],
) -> frozenset[TransactionId]:
    """Return those transactions that one of these names and that are older, if they are stored."""
    made = (record.made for record in records)
    named = {
        TransactionId(it.id) for it in made if it is not None and it.kind is MadeKind.TRANSACTION
    }
    named |= {reference.transaction_id for reference in taken}
    named |= {quote.used_by for quote in known_quotes if quote.used_by is not None}
    return _existing(database, sorted(named - rows.keys()))


def _existing(database: Database, ids: Sequence[TransactionId]) -> frozenset[TransactionId]:
    found: set[TransactionId] = set()
    for some in _hundreds(ids):
        snapshot = database.read([transfers.key(it) for it in some], attributes=["transactionId"])
        found |= {it for it in some if snapshot.get(transfers.key(it)) is not None}
    return frozenset(found)


def _counts(database: Database, owned: dict[UserId, int]) -> dict[UserId, WalletCount]:
    counts = {}
    for some in _hundreds(sorted(owned)):
        snapshot = database.read([users.key(user_id) for user_id in some])
        for user_id in some:
            is_counted = snapshot.get(users.key(user_id)) is not None
            counted = users.wallets_opened(snapshot, user_id) if is_counted else None
            counts[user_id] = WalletCount(owned[user_id], counted)
    return counts


def _read_audit(database: Database, since: datetime) -> AuditTail:
    item = database.get(anchors.key(audit.ADMIN))
    anchor = None if item is None else anchors.read(item)
    recent: list[AuditRecord] = []
    base = AuditHead()
    for line in audit.list_newest_first(database):
        record = well_formed(line, "an audit line cannot be read")
        if record.occurred_at < since:
            base = AuditHead(record.sequence, record.hash)
            break
        recent.append(record)
    return AuditTail(base, recent[::-1], anchor)


def _hundreds(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield so many at a time as one read takes."""
    for start in range(0, len(values), BATCH_READS_MAX):
        yield values[start : start + BATCH_READS_MAX]
