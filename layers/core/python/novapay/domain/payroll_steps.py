"""The decisions of a payroll run: fund a job, pay a batch, settle what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from novapay.domain.effect import (
    Change,
    Effect,
    ItemsFailed,
    JobMoved,
    LaneMoved,
    LaneOpened,
    Posted,
    Recorded,
)
from novapay.domain.errors import InvariantViolated, Refusal
from novapay.domain.payroll import (
    LANES_MAX,
    Batch,
    ItemFailure,
    Job,
    JobStatus,
    Lane,
    PayrollItem,
    Progress,
)
from novapay.domain.payroll_money import (
    failure_of,
    float_wallet_id,
    floats_of,
    fund_legs,
    fund_transaction_id,
    id_taken,
    item_key,
    item_transaction_id,
    pay_legs,
    settle_legs,
    settle_transaction_id,
)
from novapay.domain.payroll_seal import SEAL_BROKEN
from novapay.domain.posting import Posting, post
from novapay.domain.transaction import Draft, Facts, Transaction, TransactionType, hashes_of
from novapay.domain.wallet import Wallet, WalletId


def fund(job: Job, source: Wallet | None, *, now: datetime) -> Effect[Job]:
    """Set a queued job's money aside, all of it or nothing, and open its lanes.

    Args:
        job: a queued job that is what was accepted.
        source: the wallet that pays; not asked for where nothing is to be set aside.
        now: the instant of the decision.

    Returns:
        the job: PROCESSING if it is funded, FAILED if the money is refused.

    Raises:
        InvariantViolated: the source wallet does not exist any more.
    """
    funded = replace(job, status=JobStatus.PROCESSING)
    lanes = [LaneOpened(job.job_id, Lane(number=n)) for n in range(job.lanes)]
    opened: list[Change] = [JobMoved(job, funded), *lanes]
    legs = fund_legs(job)
    if not legs:
        return Effect(funded, opened)
    if source is None:
        raise InvariantViolated("a job's source wallet is missing", {"job_id": job.job_id})
    draft = Draft(
        fund_transaction_id(job.job_id),
        TransactionType.PAYROLL_FUND,
        Facts(
            amount_text=str(job.total),
            currency=job.currency,
            sender_wallet_id=job.source_wallet_id,
            sender_user_id=job.source_user_id,
            description=job.job_name,
        ),
    )
    involved = {source.wallet_id: source, **floats_of(job, now)}
    try:
        posting = post(legs, involved, hashes=hashes_of(draft), now=now)
    except Refusal as refusal:
        return fail(job, refusal.code, now=now)
    return Effect(funded, [*opened, _recorded(job, posting, draft), Posted(posting)])


def fail(job: Job, failure: str, *, now: datetime) -> Effect[Job]:
    """Close a job that moved no money."""
    failed = replace(job, status=JobStatus.FAILED, finished_at=now, failure=failure)
    return Effect(failed, [JobMoved(job, failed)])


def pay_batch(
    job: Job,
    lane: Lane,
    batch: Batch,
    wallets: Mapping[WalletId, Wallet],
    *,
    now: datetime,
) -> Effect[Lane]:
    """Pay the batch that comes next in a lane; an item that cannot be paid fails alone.

    Args:
        job: a funded job, as it was accepted.
        lane: as it was read with the wallets.
        batch: its next one, as it was accepted.
        wallets: the lane's float wallet and the recipients' that exist.
        now: the instant of the decision.

    Returns:
        the lane with its checkpoint behind the batch.

    Raises:
        InsufficientFunds: the lane's money is missing.
    """
    checked = [(i, failure_of(i, job, wallets.get(i.recipient_wallet_id))) for i in batch.items]
    good = [item for item, failure in checked if failure is None]
    failures = {item.index: failure for item, failure in checked if failure is not None}
    moved = _past_batch(job, lane, batch, paid=good, failures=failures)
    if not good:
        return moved
    drafts = [_payment(job, lane, item) for item in good]
    legs = pay_legs(job, lane.number, good)
    posting = post(legs, wallets, hashes=hashes_of(*drafts), now=now)
    payments = [_recorded(job, posting, draft) for draft in drafts]
    return replace(moved, changes=[*moved.changes, *payments, Posted(posting)])


def fail_batch(job: Job, lane: Lane, batch: Batch | None) -> Effect[Lane]:
    """Pass a lane's next batch unpaid, because it is not what was accepted.

    Args:
        job: a funded job, as it was accepted.
        lane: as it was read.
        batch: what is stored of it; None if it is missing or cannot be read.
    """
    numbers = job.items_in(lane.next_batch(job.lanes))
    failures = dict.fromkeys(numbers, ItemFailure.SEAL_BROKEN)
    return _past_batch(job, lane, batch, paid=(), failures=failures)


def settle(progress: Progress, wallets: Mapping[WalletId, Wallet], *, now: datetime) -> Effect[Job]:
    """Return what was not paid, and give a job that is being paid its final status.

    Args:
        progress: the job as it was accepted, with all its lanes.
        wallets: the source wallet and the float wallets that exist.
        now: the instant of the decision.

    Raises:
        InvariantViolated: a lane is not done yet.
    """
    job = progress.job
    if not progress.is_complete:
        raise InvariantViolated("a job is settled before its lanes are", {"job_id": job.job_id})
    closed = replace(job, status=progress.outcome(), finished_at=now)
    return Effect(closed, [JobMoved(job, closed), *_returned(job, wallets, now)])


def settle_broken(
    progress: Progress,
    funded: Transaction | None,
    wallets: Mapping[WalletId, Wallet],
    *,
    now: datetime,
) -> Effect[Job]:
    """Close a job that is not what was accepted, whatever its lanes say.

    Args:
        progress: what is stored of the job.
        funded: the transaction that set its money aside; what is left returns to where that took
            it from.
        wallets: the wallet that paid and the float wallets that exist.
        now: the instant of the decision.
    """
    job = progress.job
    status = JobStatus.PARTIAL if progress.paid_items else JobStatus.FAILED
    closed = replace(job, status=status, finished_at=now, failure=SEAL_BROKEN)
    changes: list[Change] = [JobMoved(job, closed)]
    match funded:
        case Transaction(
            sender_wallet_id=str() as wallet_id,
            sender_user_id=str() as user_id,
            currency=str() as currency,
        ):
            payer = replace(
                job, source_wallet_id=wallet_id, source_user_id=user_id, currency=currency
            )
            changes += _returned(payer, wallets, now)
    return Effect(closed, changes)


def _past_batch(
    job: Job,
    lane: Lane,
    batch: Batch | None,
    *,
    paid: Sequence[PayrollItem],
    failures: Mapping[int, ItemFailure],
) -> Effect[Lane]:
    after = replace(
        lane,
        checkpoint=lane.checkpoint + 1,
        paid_items=lane.paid_items + len(paid),
        failed_items=lane.failed_items + len(failures),
        paid_units=lane.paid_units + sum(item.amount.units for item in paid),
    )
    changes: list[Change] = [LaneMoved(job.job_id, lane, after)]
    if failures and batch is not None:
        changes.append(ItemsFailed(job.job_id, batch.number, failures))
    counts = {"payroll_items_paid": len(paid), "payroll_items_failed": len(failures)}
    return Effect(after, changes, counts)


def _returned(job: Job, wallets: Mapping[WalletId, Wallet], now: datetime) -> list[Change]:
    float_ids = [float_wallet_id(job.job_id, lane) for lane in range(LANES_MAX)]
    legs = settle_legs(job, [wallets[it] for it in float_ids if it in wallets])
    if not legs:
        return []
    draft = Draft(
        settle_transaction_id(job.job_id),
        TransactionType.PAYROLL_RETURN,
        Facts(
            amount_text=str(legs[-1].amount),
            currency=job.currency,
            recipient_wallet_id=job.source_wallet_id,
            recipient_user_id=job.source_user_id,
            description=job.job_name,
        ),
    )
    posting = post(legs, wallets, hashes=hashes_of(draft), now=now)
    return [_recorded(job, posting, draft), Posted(posting)]


def _payment(job: Job, lane: Lane, item: PayrollItem) -> Draft:
    return Draft(
        item_transaction_id(job.job_id, item.index),
        TransactionType.PAYROLL_PAYMENT,
        Facts(
            amount_text=str(item.amount),
            currency=item.amount.currency,
            sender_wallet_id=float_wallet_id(job.job_id, lane.number),
            recipient_wallet_id=item.recipient_wallet_id,
            sender_user_id=job.source_user_id,
            recipient_user_id=item.employee_user_id,
            description=job.job_name,
            idempotency_key=item_key(job.job_id, item.index),
            payer_wallet_id=job.source_wallet_id,
        ),
    )


def _recorded(job: Job, posting: Posting, draft: Draft) -> Recorded:
    return Recorded(Transaction.completed(posting, draft), id_taken(job.job_id))
