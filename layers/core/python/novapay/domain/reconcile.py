"""How a restored ledger is made whole: what is torn is completed, or dropped with all that follows.

Pure: from what is stored of the last seconds it makes a plan, and a plan that was carried out in
part is planned again to the same end. The entries and their transactions decide. What follows from
them (balances, used quotes, checkpoints) is completed; a commit of which one of them, its key's
record, its reference or its quote is missing is dropped, because nothing else says what it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from novapay.domain.agreement import moved_units
from novapay.domain.audit import AuditHead
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.hold import hold_after
from novapay.domain.idempotency import MadeKind
from novapay.domain.money import Money
from novapay.domain.quote import Quote
from novapay.domain.reconcile_payroll import (
    must_be_unsettled,
    repairs_of,
    view_of,
)
from novapay.domain.reconcile_postings import (
    Movement,
    Verdict,
    drop_what_stands_on_dropped,
    judge,
    system_wallet_of,
)
from novapay.domain.restored import (
    AnchorSet,
    AuditDropped,
    Because,
    CountSet,
    EntryDropped,
    HoldSet,
    JobDropped,
    Plan,
    QuoteSet,
    RecordDropped,
    ReferenceDropped,
    Repair,
    Restored,
    ReversalsSet,
    StatusDropped,
    Torn,
    TransactionDropped,
    WalletDropped,
    WalletSet,
)
from novapay.domain.transaction import Transaction, TransactionType
from novapay.domain.wallet import GENESIS, Wallet, WalletId, WalletKind
from novapay.domain.wallet_status import as_recorded

_INSTANT = timedelta(microseconds=1)


def plan(restored: Restored) -> Plan:
    """Return what makes the last seconds whole; without repairs if they are."""
    too_old = list(_too_old(restored))
    verdict = judge(restored)
    final = _settled_last(verdict, restored)
    kept = verdict.kept()
    repairs: list[Repair] = [
        *_dropped(verdict),
        *_wallet_repairs(restored, final),
        *_quote_repairs(restored, kept),
        *_hold_repairs(restored, verdict),
        *_reversal_repairs(restored, kept),
    ]
    for stored in restored.jobs.values():
        repairs += repairs_of(view_of(stored, restored, kept, final), restored)
    repairs += _status_repairs(restored, final)
    repairs += _record_repairs(restored, verdict, repairs)
    repairs += [
        ReferenceDropped(record)
        for record in restored.references
        if record.transaction_id not in verdict.kept_ids() | restored.older_transactions
    ]
    repairs += [
        CountSet(user_id, count)
        for user_id, count in restored.users.items()
        if count.stored != count.counted
    ]
    repairs += _audit_repairs(restored)
    return Plan(
        kept=sum(bool(movement.entries) for movement in kept),
        torn=tuple(_torn(verdict, repairs)),
        repairs=() if too_old else tuple(repairs),
        too_old=tuple(too_old),
    )


def _settled_last(verdict: Verdict, restored: Restored) -> Mapping[WalletId, Wallet]:
    """Drop settlements of jobs that are not done; return the wallets as the rest leaves them."""
    while True:
        kept = verdict.kept()
        final = _final_wallets(restored, kept)
        for stored in restored.jobs.values():
            place = verdict.place_of(stored.settle_id)
            if place is None or place in verdict.dropped:
                continue
            if must_be_unsettled(view_of(stored, restored, kept, final)):
                verdict.dropped[place] = Because.JOB_UNFINISHED
                break
        else:
            return final
        drop_what_stands_on_dropped(verdict, restored)


def _dropped(verdict: Verdict) -> Iterator[Repair]:
    for place in verdict.dropped:
        movement = verdict.movements[place]
        # From the end of a chain to its start, so that what is left of it has no gap.
        for entry in sorted(movement.entries, key=lambda it: -it.sequence):
            yield EntryDropped(entry)
        for row in movement.transactions:
            yield TransactionDropped(row)


def _last_entries(restored: Restored, kept: Iterable[Movement]) -> dict[WalletId, Entry]:
    last = dict(restored.bases)
    for movement in kept:
        for entry in movement.entries:
            known = last.get(entry.wallet_id)
            if known is None or known.sequence < entry.sequence:
                last[entry.wallet_id] = entry
    return last


def _final_wallets(restored: Restored, kept: Iterable[Movement]) -> dict[WalletId, Wallet]:
    """Return each wallet as its last entry leaves it; no system wallet is without entries."""
    kept = list(kept)
    first: dict[WalletId, Entry] = {}
    for entry in sorted(
        (entry for movement in kept for entry in movement.entries), key=lambda it: it.sequence
    ):
        first.setdefault(entry.wallet_id, entry)
    final = {}
    last = _last_entries(restored, kept)
    for wallet_id in dict.fromkeys((*restored.wallets, *first)):
        wallet = restored.wallets.get(wallet_id)
        if wallet is None:
            wallet = system_wallet_of(first[wallet_id], restored)
        if wallet is not None:
            final[wallet_id] = _after(wallet, last.get(wallet_id))
    return {
        wallet_id: as_recorded(wallet, restored.status_logs.get(wallet_id, ()))[0]
        for wallet_id, wallet in final.items()
        if wallet.sequence or wallet.kind is WalletKind.CLIENT
    }


def _after(wallet: Wallet, entry: Entry | None) -> Wallet:
    """Return a wallet as an entry left it; as it was opened, if there is none."""
    if entry is None:
        return replace(
            wallet,
            balance=Money.zero(wallet.currency),
            sequence=0,
            head_hash=GENESIS,
            posted_at=wallet.created_at,
        )
    return replace(
        wallet,
        balance=entry.balance_after,
        sequence=entry.sequence,
        head_hash=entry.hash,
        posted_at=entry.created_at,
    )


def _wallet_repairs(restored: Restored, final: Mapping[WalletId, Wallet]) -> Iterator[Repair]:
    for wallet_id, wallet in restored.wallets.items():
        if wallet_id not in final:
            yield WalletDropped(wallet)
    for wallet_id, wallet in final.items():
        before = restored.wallets.get(wallet_id)
        if before != wallet:
            yield WalletSet(before, wallet)


def _status_repairs(restored: Restored, final: Mapping[WalletId, Wallet]) -> Iterator[Repair]:
    for wallet_id, records in restored.status_logs.items():
        if wallet_id in final:
            for record in as_recorded(final[wallet_id], records)[1]:
                yield StatusDropped(wallet_id, record)


def _quote_repairs(restored: Restored, kept: Iterable[Movement]) -> Iterator[Repair]:
    rows = {row.transaction_id: row for movement in kept for row in movement.transactions}
    used = {
        row.fx_quote_id: row
        for row in rows.values()
        if row.transaction_type is TransactionType.TRANSFER and row.linked_transaction_id
    }
    for quote in restored.quotes.values():
        user = used.get(quote.quote_id)
        if user is not None and quote.used_by is None:
            at = min(user.created_at, quote.expires_at - _INSTANT)
            yield QuoteSet(quote, replace(quote, used_at=at, used_by=user.transaction_id))
        elif quote.used_by is not None and not _is_used(quote, restored, rows):
            yield QuoteSet(quote, replace(quote, used_at=None, used_by=None))


def _hold_repairs(restored: Restored, verdict: Verdict) -> Iterator[Repair]:
    moved: dict[TransactionId, list[Transaction]] = defaultdict(list)
    for movement in verdict.kept():
        for row in movement.transactions:
            if row.hold_id is not None:
                moved[row.hold_id].append(row)
    dropped = restored.transactions.keys() - verdict.kept_ids()
    for hold_id, stored in restored.holds.items():
        after = hold_after(stored.hold.transaction, [*stored.older, *moved[hold_id]])
        if hold_id not in dropped and after != stored.hold:
            yield HoldSet(stored.hold, after)


def _reversal_repairs(restored: Restored, kept: Iterable[Movement]) -> Iterator[Repair]:
    """Yield what makes each transaction list those of its reversals that are there."""
    rows = {row.transaction_id: row for movement in kept for row in movement.transactions}
    there = {**restored.older_reversals, **rows}
    made: dict[TransactionId | None, list[Transaction]] = defaultdict(list)
    for row in rows.values():
        if row.transaction_type is TransactionType.REVERSAL and row.entries:
            made[row.reverses].append(row)
    for original in (*restored.reversed.values(), *rows.values()):
        listed = [there[it] for it in original.reversals if it in there]
        missing = [it for it in made[original.transaction_id] if it not in listed]
        # All of them have their first entry on the wallet that the original paid.
        found = [*listed, *sorted(missing, key=lambda it: it.entries[0].sequence)]
        after = replace(
            original,
            reversals=tuple(it.transaction_id for it in found),
            reversed_units=sum(moved_units(it) for it in found),
        )
        if after != original:
            yield ReversalsSet(original, after)


def _is_used(quote: Quote, restored: Restored, rows: Mapping[TransactionId, Transaction]) -> bool:
    is_older = quote.used_at is not None and quote.used_at < restored.since
    return is_older or quote.used_by in rows or quote.used_by in restored.older_transactions


def _record_repairs(
    restored: Restored, verdict: Verdict, repairs: Iterable[Repair]
) -> Iterator[Repair]:
    """Yield the records of what is not there: the same request may be made again."""
    dropped_jobs = {it.job.job_id for it in repairs if isinstance(it, JobDropped)}
    dropped_changes = {it.record.entry_id for it in repairs if isinstance(it, StatusDropped)}
    changes = {it.entry_id for log in restored.status_logs.values() for it in log}
    there = {
        MadeKind.TRANSACTION: verdict.kept_ids() | restored.older_transactions,
        MadeKind.WALLET: restored.wallets.keys(),
        MadeKind.QUOTE: restored.quotes.keys(),
        MadeKind.STATUS: changes - dropped_changes,
        MadeKind.JOB: restored.jobs.keys() - dropped_jobs,
    }
    for record in restored.records:
        if record.made is None or record.made.id in there[record.made.kind]:
            continue
        # Only a posting may be dated later than its record: by the last entry of its wallets.
        if record.created_at >= restored.since or record.made.kind is MadeKind.TRANSACTION:
            yield RecordDropped(record)


def _audit_repairs(restored: Restored) -> Iterator[Repair]:
    tail = restored.audit
    head = tail.base
    for record in tail.records:
        if (record.sequence, record.previous_hash) == (head.sequence + 1, head.head_hash):
            head = AuditHead(record.sequence, record.hash)
        else:
            yield AuditDropped(record)
    last = head if head.sequence else None
    if last != tail.anchor:
        yield AnchorSet(tail.anchor, last)


def _torn(verdict: Verdict, repairs: Iterable[Repair]) -> Iterator[Torn]:
    """Yield the commits that are dropped, and those that a repair completes."""
    behind: dict[WalletId, int] = defaultdict(int)
    for repair in repairs:
        if isinstance(repair, WalletSet):
            before = repair.before
            behind[repair.after.wallet_id] = 0 if before is None else before.sequence
    marked = {it.after.used_by for it in repairs if isinstance(it, QuoteSet)}
    for repair in repairs:
        if isinstance(repair, HoldSet):
            marked |= set(repair.after.movements) - set(repair.before.movements)
        if isinstance(repair, ReversalsSet):
            marked |= set(repair.after.reversals) - set(repair.before.reversals)
    for place, movement in enumerate(verdict.movements):
        because = verdict.dropped.get(place)
        is_behind = any(
            entry.wallet_id in behind and behind[entry.wallet_id] < entry.sequence
            for entry in movement.entries
        )
        if because or is_behind or marked & set(movement.ids):
            yield Torn(movement.ids, because)


def _too_old(restored: Restored) -> Iterator[str]:
    """Yield what is wrong before the last seconds began: a longer time must be looked at."""
    for wallet_id, wallet in restored.wallets.items():
        base = restored.bases.get(wallet_id)
        if base is None:
            if wallet.sequence and wallet.posted_at < restored.since:
                yield f"wallet {wallet_id}: its entries up to {wallet.sequence} are missing"
        elif wallet.posted_at < restored.since and (
            (wallet.sequence, wallet.head_hash) != (base.sequence, base.hash)
        ):
            yield f"wallet {wallet_id}: it is at {wallet.sequence}, its entries at {base.sequence}"
    for wallet_id in restored.bases.keys() - restored.wallets.keys():
        yield f"wallet {wallet_id}: it is missing, and its entries are there"
    anchored = (restored.audit.anchor or AuditHead()).sequence
    lines = restored.audit.base.sequence
    if anchored < lines:
        yield f"the audit log: its anchor is at {anchored}, its lines at {lines}"
