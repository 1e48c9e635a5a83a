"""The writes of a decision's changes: what the domain decided, in DynamoDB's words."""

from collections.abc import Iterable
from typing import assert_never

from novapay.domain.effect import (
    Change,
    HoldMoved,
    HoldOpened,
    ItemsFailed,
    JobMoved,
    JobQueued,
    LaneMoved,
    LaneOpened,
    Posted,
    QuoteLocked,
    QuoteUsed,
    Recorded,
    Reversed,
    StatusChanged,
    WalletOpened,
)
from novapay.domain.wallet import WalletStatus, hold_wallet_id
from novapay.store.commit import Write
from novapay.store.tables import (
    audit,
    holds,
    ledger,
    manifests,
    payroll,
    quotes,
    transfers,
    users,
    wallets,
)


def writes_of(changes: Iterable[Change]) -> list[Write]:
    """Return the writes that carry out the changes, in their order, for one commit."""
    return [write for change in changes for write in _writes_of(change)]


def _writes_of(change: Change) -> list[Write]:  # noqa: C901, PLR0911, PLR0912 - a case each
    match change:
        case WalletOpened(wallet, wallets_max):
            counted = users.count_wallet(wallet.user_id, wallets_max=wallets_max)
            return [wallets.create(wallet), counted]
        case StatusChanged(before_wallet, after_wallet, record):
            log = audit.log_of(after_wallet.wallet_id)
            held = hold_wallet_id(after_wallet.wallet_id)
            is_closed = after_wallet.status is WalletStatus.CLOSED
            return [
                wallets.change_status(before_wallet, after_wallet),
                audit.create(log, record),
                *([wallets.check_empty(held)] if is_closed else []),
            ]
        case Posted(posting):
            return [*wallets.moves(posting), *ledger.appends(posting)]
        case Recorded(transaction, taken):
            return [transfers.create(transaction, exists=taken)]
        case QuoteLocked(quote):
            return [quotes.create(quote)]
        case QuoteUsed(quote, by, at):
            return [quotes.consume(quote, by, now=at)]
        case JobQueued(job):
            return [payroll.create_job(job)]
        case JobMoved(before, after):
            return [payroll.move_job(before, after)]
        case LaneOpened(job_id, lane):
            return [payroll.create_lane(job_id, lane)]
        case LaneMoved(job_id, before_lane, after_lane):
            return [payroll.move_lane(job_id, before_lane, after_lane)]
        case ItemsFailed(job_id, batch, failures):
            return [manifests.mark_failures(job_id, batch, failures)]
        case HoldOpened(hold):
            return [holds.create(hold)]
        case HoldMoved(before_hold, after_hold):
            return [holds.move(before_hold, after_hold)]
        case Reversed(original, given_back):
            return [transfers.set_reversals(original, given_back)]
        case unknown:
            assert_never(unknown)
