"""Which commits of the last seconds that moved money can stay.

A commit stays if its transactions and all of its entries are there and agree, if the client's key
and reference, the quote and the payroll job that belong to it are there, and if each of its entries
stands on one that stays. Balances, and whether a quote is used, follow from these, so they need not
be whole.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from novapay.domain.agreement import disagreement_of, links_back
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.payroll import BATCH_ITEMS_MAX, ItemFailure, JobId, PayrollItem
from novapay.domain.payroll_money import failure_of, float_wallet_id, parse_item_key
from novapay.domain.restored import Because, Restored, StoredJob
from novapay.domain.transaction import (
    EntryKey,
    Transaction,
    TransactionStatus,
    TransactionType,
    house_transaction_id,
)
from novapay.domain.wallet import (
    GENESIS,
    SYSTEM_SHARDS,
    SYSTEM_USER,
    SystemWallet,
    Wallet,
    WalletId,
    WalletKind,
    hold_wallet_id,
)

_LATER_SIDES = (TransactionType.FX_HOUSE, TransactionType.HOLD_RELEASE)
"""The types of a transaction that another one, which it names, was asked for with."""
_SHARED = (WalletKind.SETTLEMENT, WalletKind.LIQUIDITY)
_CommitId = tuple[str, int]
"""A transaction's id, or a job's with a batch's number."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What is stored of one commit that moved money, or of one that refused to.

    Attributes:
        transactions: its rows; none if only entries are there.
        entries: all that name these transactions.
    """

    transactions: tuple[Transaction, ...]
    entries: tuple[Entry, ...]

    @property
    def ids(self) -> tuple[TransactionId, ...]:
        named = (row.transaction_id for row in self.transactions)
        return tuple(dict.fromkeys((*named, *(it.transaction_id for it in self.entries))))


@dataclass(slots=True)
class Verdict:
    """The commits, and for those that cannot stay the reason.

    Attributes:
        movements: all of them.
        dropped: the reason, by the place in `movements`.
    """

    movements: Sequence[Movement]
    dropped: dict[int, Because]

    def kept(self) -> list[Movement]:
        return [it for place, it in enumerate(self.movements) if place not in self.dropped]

    def kept_ids(self) -> frozenset[TransactionId]:
        """Return the transactions that stay, refusals included."""
        return frozenset(row.transaction_id for it in self.kept() for row in it.transactions)

    def place_of(self, transaction_id: TransactionId) -> int | None:
        return next((n for n, it in enumerate(self.movements) if transaction_id in it.ids), None)


def judge(restored: Restored) -> Verdict:
    """Return which commits can stay by what is stored of them, and on what they stand."""
    movements = _movements(restored)
    faults = _Faults(restored)
    verdict = Verdict(movements, {})
    for place, movement in enumerate(movements):
        because = faults.of(movement)
        if because is not None:
            verdict.dropped[place] = because
    drop_what_stands_on_dropped(verdict, restored)
    return verdict


def drop_what_stands_on_dropped(verdict: Verdict, restored: Restored) -> None:
    """Drop each commit of which an entry follows one that is missing or dropped, until none does.

    A dropped commit takes all later entries of its wallets with it, because their hashes and
    balances are computed from it.
    """
    chains: dict[WalletId, list[tuple[Entry, int]]] = defaultdict(list)
    for place, movement in enumerate(verdict.movements):
        for entry in movement.entries:
            chains[entry.wallet_id].append((entry, place))
    for chain in chains.values():
        chain.sort(key=lambda linked: linked[0].sequence)
    while _drop_unlinked(verdict, restored, chains):
        pass


def _drop_unlinked(
    verdict: Verdict,
    restored: Restored,
    chains: Mapping[WalletId, Sequence[tuple[Entry, int]]],
) -> bool:
    before = len(verdict.dropped)
    for wallet_id, chain in chains.items():
        base = restored.bases.get(wallet_id)
        sequence, head = (0, GENESIS) if base is None else (base.sequence, base.hash)
        for entry, place in chain:
            if place in verdict.dropped:
                continue
            if (entry.sequence, entry.previous_hash) != (sequence + 1, head):
                verdict.dropped[place] = Because.STANDS_ON_DROPPED
                continue
            sequence, head = entry.sequence, entry.hash
    return len(verdict.dropped) > before


def _movements(restored: Restored) -> list[Movement]:
    rows: dict[_CommitId, list[Transaction]] = defaultdict(list)
    entries: dict[_CommitId, list[Entry]] = defaultdict(list)
    commit_of: dict[TransactionId, _CommitId] = {}
    for row in restored.transactions.values():
        commit_of[row.transaction_id] = commit = _commit_of(row)
        rows[commit].append(row)
    # The other side of an exchange or a capture has an id that follows from the first one's.
    for row in restored.transactions.values():
        if row.linked_transaction_id is not None:
            commit_of.setdefault(row.linked_transaction_id, commit_of[row.transaction_id])
    for entry in restored.entries:
        commit = commit_of.get(entry.transaction_id, (entry.transaction_id, 0))
        entries[commit].append(entry)
    return [
        Movement(tuple(rows[commit]), tuple(entries[commit]))
        for commit in dict.fromkeys((*rows, *entries))
    ]


def _commit_of(row: Transaction) -> _CommitId:
    item = item_of(row)
    if item is not None:
        job_id, index = item
        return job_id, (index - 1) // BATCH_ITEMS_MAX
    if row.transaction_type in _LATER_SIDES and row.linked_transaction_id:
        return row.linked_transaction_id, 0
    return row.transaction_id, 0


def item_of(row: Transaction) -> tuple[JobId, int] | None:
    """Return the job and the number of the item that a transaction paid; None if it paid none."""
    if row.transaction_type is not TransactionType.PAYROLL_PAYMENT:
        return None
    return parse_item_key(row.idempotency_key)


def failure_known(
    stored: StoredJob, item: PayrollItem, wallets: Mapping[WalletId, Wallet]
) -> ItemFailure | None:
    """Return why an item was not paid: as its batch says, or as its wallet is; None if it could be.

    Nothing that this depends on changes after a wallet was opened.
    """
    batch = stored.batches[(item.index - 1) // BATCH_ITEMS_MAX]
    listed = batch.failures.get(item.index)
    return listed or failure_of(item, stored.job, wallets.get(item.recipient_wallet_id))


def system_wallet_of(entry: Entry, restored: Restored) -> Wallet | None:
    """Return the system wallet that an entry is on, before its first entry; None if it is none."""
    if entry.user_id != SYSTEM_USER:
        return None
    currency = entry.amount.currency
    kinds = {
        SystemWallet(kind, currency, shard).wallet_id: kind
        for kind in _SHARED
        for shard in range(SYSTEM_SHARDS)
    }
    floats = {
        float_wallet_id(stored.job.job_id, lane): WalletKind.PAYROLL_FLOAT
        for stored in restored.jobs.values()
        for lane in range(stored.job.lanes)
    }
    row = restored.transactions.get(entry.transaction_id)
    hold = row and restored.transactions.get(row.hold_id or row.transaction_id)
    payer = hold and hold.sender_wallet_id
    kept = {hold_wallet_id(payer): WalletKind.HOLD} if payer else {}
    kind = {**kinds, **floats, **kept}.get(entry.wallet_id)
    if kind is None:
        return None
    return Wallet.open_system(
        wallet_id=entry.wallet_id, kind=kind, currency=currency, now=entry.created_at
    )


class _Faults:
    """Says what is missing of a commit, by itself."""

    def __init__(self, restored: Restored) -> None:
        self._restored = restored
        self._entries = {EntryKey(it.wallet_id, it.sequence): it for it in restored.entries}
        self._keyed = {it.made.id for it in restored.records if it.made is not None}
        self._named = {it.transaction_id for it in restored.references}
        self._originals = restored.transactions.keys() | restored.reversed.keys()
        self._of_jobs = {
            transaction_id: stored
            for stored in restored.jobs.values()
            for transaction_id in (stored.fund_id, stored.settle_id)
        }

    def of(self, movement: Movement) -> Because | None:
        """Return why a commit cannot stay; None if it can, as far as its own items go."""
        if not movement.transactions:
            return Because.NO_TRANSACTION
        return (
            self._of_rows(movement)
            or self._of_entries(movement)
            or self._of_payroll(movement)
            or next(filter(None, map(self._of_companions, movement.transactions)), None)
        )

    def _of_rows(self, movement: Movement) -> Because | None:
        rows = {row.transaction_id: row for row in movement.transactions}
        for row in rows.values():
            linked = row.linked_transaction_id
            if linked is not None and not links_back(row, rows.get(linked)):
                return Because.NO_OTHER_SIDE
        return None

    def _of_entries(self, movement: Movement) -> Because | None:
        for row in movement.transactions:
            if row.status is TransactionStatus.FAILED and not row.entries:
                continue
            entries = [self._entries.get(key) for key in row.entries]
            if any(it is None or it.transaction_id != row.transaction_id for it in entries):
                return Because.NO_ENTRY
            if disagreement_of(row, entries) is not None:
                return Because.DISAGREES
        for entry in movement.entries:
            is_there = entry.wallet_id in self._restored.wallets
            if not is_there and system_wallet_of(entry, self._restored) is None:
                return Because.NO_WALLET
        return None

    def _of_companions(self, row: Transaction) -> Because | None:
        # The key of these is a payroll item's own, or names the first side of their commit.
        is_first = row.transaction_type not in (TransactionType.PAYROLL_PAYMENT, *_LATER_SIDES) or (
            row.transaction_type is TransactionType.HOLD_RELEASE
            and row.linked_transaction_id is None
        )
        is_keyed = row.idempotency_key is not None and is_first
        if is_keyed and row.transaction_id not in self._keyed:
            return Because.NO_KEY_RECORD
        is_named = row.reference is not None and row.status is TransactionStatus.COMPLETED
        if is_named and row.transaction_id not in self._named:
            return Because.NO_REFERENCE
        is_reversal = row.transaction_type is TransactionType.REVERSAL and row.entries
        if is_reversal and row.reverses not in self._originals:
            return Because.NO_ORIGINAL
        is_exchange = row.linked_transaction_id == house_transaction_id(row.transaction_id)
        if row.fx_quote_id is not None and is_exchange:
            quote = self._restored.quotes.get(row.fx_quote_id)
            if quote is None or quote.used_by not in (None, row.transaction_id):
                return Because.NO_QUOTE
        return None

    def _of_payroll(self, movement: Movement) -> Because | None:
        row = movement.transactions[0]
        match row.transaction_type:
            case TransactionType.PAYROLL_FUND | TransactionType.PAYROLL_RETURN:
                stored = self._of_jobs.get(row.transaction_id)
                return None if stored is not None and self.is_sound(stored) else Because.NO_JOB
            case TransactionType.PAYROLL_PAYMENT:
                return self._of_batch(movement)
        return None

    def _of_batch(self, movement: Movement) -> Because | None:
        paid = [item_of(row) for row in movement.transactions]
        if None in paid:
            return Because.DISAGREES
        [job_id] = {it[0] for it in paid if it}
        numbers = {it[1] for it in paid if it}
        stored = self._restored.jobs.get(job_id)
        if stored is None or not self.is_sound(stored):
            return Because.NO_JOB
        batch = stored.batches.get((min(numbers) - 1) // BATCH_ITEMS_MAX)
        if batch is None:
            return Because.NO_JOB
        wallets = self._restored.wallets
        missing = [it for it in batch.items if it.index not in numbers]
        if any(failure_known(stored, item, wallets) is None for item in missing):
            return Because.ITEM_MISSING
        return None

    def is_sound(self, stored: StoredJob) -> bool:
        """Return whether a job was accepted: older than the last seconds, or all there."""
        job = stored.job
        if job.created_at < self._restored.since:
            return True
        is_keyed = job.idempotency_key is None or job.job_id in self._keyed
        return stored.is_complete and is_keyed


def is_sound(stored: StoredJob, restored: Restored) -> bool:
    """Return whether a job was accepted, as far as what is stored tells."""
    return _Faults(restored).is_sound(stored)
