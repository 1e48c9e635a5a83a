"""What a reconciliation says of itself: a document for programs and evidence, and lines to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from novapay.domain.entry import TransactionId
from novapay.domain.instants import format_instant
from novapay.domain.restored import (
    AnchorSet,
    AuditDropped,
    EntryDropped,
    JobDropped,
    Plan,
    Repair,
    Torn,
    TransactionDropped,
)
from novapay.usecases.reconcile import Verified

Document = dict[str, Any]
SHOWN_MAX = 20

WORDS = {
    "EntryDropped": "entries deleted",
    "TransactionDropped": "transactions deleted",
    "RecordDropped": "idempotency records deleted, so that their requests may be sent again",
    "ReferenceDropped": "references freed, because no transaction has them",
    "ReversalsSet": "transactions given the list of their reversals",
    "HoldSet": "holds given the state that their captures and releases say",
    "StatusDropped": "records of a wallet's status deleted, because one before them is missing",
    "WalletSet": "wallets put where their last entry left them",
    "WalletDropped": "system wallets without entries deleted",
    "QuoteSet": "quotes marked as used or as not used",
    "JobSet": "payroll jobs given the status that their payments say",
    "JobDropped": "payroll jobs deleted, because they are not there as a whole",
    "LaneSet": "payroll lanes given the checkpoint that their payments say",
    "LaneDropped": "payroll lanes of jobs without money deleted",
    "FailuresSet": "payroll batches given the items that were not paid",
    "CountSet": "users' counts of wallets corrected",
    "AuditDropped": "lines of the audit log deleted, because a line before them is missing",
    "AnchorSet": "the audit log's anchor put on its last line",
}
"""What a repair does, for people, by the name of its class."""


def document_of(plan: Plan, verified: Verified | None) -> Document:
    """Return the report: every commit that was torn, every kind of repair, and what was checked.

    Args:
        plan: what was to be done.
        verified: what was found afterwards; None if nothing was written.
    """
    document: Document = {
        "kept": plan.kept,
        "completed": [list(torn.ids) for torn in plan.torn if torn.because is None],
        "dropped": [_dropped(torn, plan) for torn in plan.torn if torn.because is not None],
        "droppedJobs": [it.job.job_id for it in plan.repairs if isinstance(it, JobDropped)],
        "auditLog": list(_audit(plan)),
        "repairs": dict(sorted(Counter(type(it).__name__ for it in plan.repairs).items())),
        "tooOld": list(plan.too_old),
        "written": verified is not None,
    }
    if verified is not None:
        document["verified"] = _verified(verified)
    return document


def lines_of(document: Document) -> Iterator[str]:
    """Yield the report for people."""
    yield (
        f"{document['kept']} commits that moved money stay,"
        f" {len(document['completed'])} of them were torn and"
        f" {'are' if document['written'] else 'would be'} completed."
    )
    dropped = document["dropped"]
    yield f"{len(dropped)} torn commits {'are' if document['written'] else 'would be'} dropped."
    for torn in dropped[:SHOWN_MAX]:
        first, *others = torn["transactionIds"]
        more = f" and {len(others)} more" if others else ""
        yield f"  {first}{more}: {torn['because']}"
    if len(dropped) > SHOWN_MAX:
        yield f"  … {len(dropped) - SHOWN_MAX} more in the report"
    for name, count in document["repairs"].items():
        yield f"  {count} {WORDS[name]}"
    for what in document["tooOld"][:SHOWN_MAX]:
        yield f"  older than the last seconds: {what}"
    if not document["written"]:
        yield "Nothing was written."
        return
    verified = document["verified"]
    yield (
        f"Checked afterwards: {verified['chains']} chains, {verified['transactions']} transactions,"
        f" {len(verified['sums'])} currencies, the audit log."
    )
    yield "All is sound." if verified["sound"] else "NOT SOUND: see the report."


def _dropped(torn: Torn, plan: Plan) -> Document:
    ids = set(torn.ids)
    return {
        "transactionIds": list(torn.ids),
        "because": torn.because,
        "transactions": [
            _transaction(it)
            for it in plan.repairs
            if isinstance(it, TransactionDropped) and it.transaction.transaction_id in ids
        ],
        "entries": [
            _entry(it)
            for it in plan.repairs
            if isinstance(it, EntryDropped) and it.entry.transaction_id in ids
        ],
    }


def _transaction(repair: TransactionDropped) -> Document:
    row = repair.transaction
    return {
        "transactionId": row.transaction_id,
        "type": row.transaction_type,
        "status": row.status,
        "createdAt": format_instant(row.created_at),
        "amount": row.amount_text,
        "currency": row.currency,
        "senderUserId": row.sender_user_id,
        "recipientUserId": row.recipient_user_id,
        "idempotencyKey": row.idempotency_key,
    }


def _entry(repair: EntryDropped) -> Document:
    entry = repair.entry
    return {
        "transactionId": TransactionId(entry.transaction_id),
        "walletId": entry.wallet_id,
        "sequence": entry.sequence,
        "userId": entry.user_id,
        "entryType": entry.entry_type,
        "amount": str(entry.amount),
        "currency": entry.amount.currency,
        "createdAt": format_instant(entry.created_at),
        "hash": entry.hash,
    }


def _audit(plan: Plan) -> Iterator[Document]:
    """Yield what changes in the audit log: a dropped line word for word, because it is evidence."""
    for repair in plan.repairs:
        if isinstance(repair, AuditDropped):
            record, event = repair.record, repair.record.event
            yield {
                "dropped": record.sequence,
                "occurredAt": format_instant(record.occurred_at),
                "actor": event.actor,
                "action": event.action,
                "target": event.target,
                "status": event.status,
                "requestId": event.request_id,
                "sourceIp": event.source_ip,
            }
        elif isinstance(repair, AnchorSet):
            before, after = repair.before, repair.after
            yield {
                "anchorBefore": 0 if before is None else before.sequence,
                "anchorAfter": 0 if after is None else after.sequence,
            }


def _verified(verified: Verified) -> Document:
    return {
        "sound": verified.is_sound,
        "chains": verified.chains,
        "brokenChains": [list(it) for it in verified.broken_chains],
        "transactions": verified.transactions,
        "brokenTransactions": [list(it) for it in verified.broken_transactions],
        "sums": {it.currency: str(it.sum) for it in verified.trial_balance.currencies},
        "auditLogValid": verified.is_audit_log_valid,
        "left": _names(verified.left),
        "tooOld": list(verified.too_old),
    }


def _names(repairs: Sequence[Repair]) -> list[str]:
    return [type(repair).__name__ for repair in repairs]
