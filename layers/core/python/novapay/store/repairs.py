"""The writes of a reconciliation's repairs.

Each is one item and succeeds only if that item is still as it was read: nobody else may write to
restored tables before they are reconciled.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from novapay.domain.errors import InvariantViolated, NovaPayError
from novapay.domain.restored import (
    AnchorSet,
    AuditDropped,
    CountSet,
    EntryDropped,
    FailuresSet,
    HoldSet,
    JobDropped,
    JobSet,
    LaneDropped,
    LaneSet,
    QuoteSet,
    RecordDropped,
    ReferenceDropped,
    Repair,
    ReversalsSet,
    StatusDropped,
    TransactionDropped,
    WalletDropped,
    WalletSet,
)
from novapay.store.commit import Write
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


def writes_of_repairs(repairs: Iterable[Repair]) -> list[Write]:
    """Return one write for each repair, in their order."""
    return [replace(_write_of(repair), refusal=_moved(repair)) for repair in repairs]


def _moved(repair: Repair) -> NovaPayError:
    what = "somebody wrote to a table while it was being reconciled"
    return InvariantViolated(what, {"repair": type(repair).__name__})


def _write_of(repair: Repair) -> Write:  # noqa: C901, PLR0911, PLR0912 - a case each
    match repair:
        case EntryDropped(entry):
            return ledger.remove(entry)
        case TransactionDropped(transaction):
            return transfers.remove(transaction)
        case RecordDropped(record):
            return idempotency.remove(record)
        case WalletSet(before, after) if before is not None:
            return wallets.reset(before, after)
        case WalletSet(_, after):
            return wallets.create(after)
        case WalletDropped(wallet):
            return wallets.remove(wallet)
        case QuoteSet(before_quote, after_quote):
            return quotes.reset(before_quote, after_quote)
        case JobSet(before_job, after_job):
            return payroll.reset_job(before_job, after_job)
        case JobDropped(job):
            return payroll.remove_job(job)
        case LaneSet(job_id, before_lane, after_lane):
            return payroll.reset_lane(job_id, before_lane, after_lane)
        case LaneDropped(job_id, lane):
            return payroll.remove_lane(job_id, lane)
        case FailuresSet(job_id, batch, failed_before, failed):
            return manifests.reset_failures(job_id, batch, before=failed_before, after=failed)
        case CountSet(user_id, count):
            return users.reset_count(user_id, before=count.counted, after=count.stored)
        case AuditDropped(record):
            return audit.remove(record)
        case StatusDropped(wallet_id, record):
            return audit.remove(record, audit.log_of(wallet_id))
        case AnchorSet(before_head, after_head):
            return anchors.reset(audit.ADMIN, before_head, after_head)
        case ReferenceDropped(taken):
            return references.remove(taken)
        case HoldSet(before_hold, after_hold):
            return holds.move(before_hold, after_hold)
        case ReversalsSet(before_row, after_row):
            return transfers.set_reversals(before_row, after_row)
        case unknown:
            assert_never(unknown)
