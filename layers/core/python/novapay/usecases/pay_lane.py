"""Pay a lane of a job, batch after batch, from its checkpoint on.

A batch is one commit: the money, the transfers and the checkpoint move together or not at all. So
each batch is paid once, even if a worker dies or several work on the same lane.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from novapay.domain.errors import InsufficientFunds, InvariantViolated, JobNotFound
from novapay.domain.payroll import (
    Batch,
    ItemFailure,
    Job,
    JobId,
    JobStatus,
    Lane,
    PayrollItem,
)
from novapay.domain.payroll_money import (
    failure_of,
    float_wallet_id,
    id_taken,
    item_key,
    item_transaction_id,
    pay_legs,
)
from novapay.domain.payroll_seal import batches_broken
from novapay.domain.ports import Seals
from novapay.domain.posting import Posting, post
from novapay.domain.transfer import Transfer, TransferStatus, TransferType, entry_keys
from novapay.domain.wallet import Wallet, WalletId
from novapay.store.commit import Decision, Write
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.tables import payroll, transfers, wallets
from novapay.usecases.check_seal import sealed_manifest

BATCHES_AHEAD = 20


def pay_lane(
    store: Store, seals: Seals, job_id: JobId, lane_number: int, *, has_time: Callable[[], bool]
) -> bool:
    """Pay what is left of a lane while there is time, and return whether the lane is done.

    A job whose seal is broken is not paid: its lane is done, and settling the job gives the money
    back. A batch that is not what was accepted fails, with all its items, and the rest is paid.

    Args:
        store: where to read and write.
        seals: vouches for what was accepted.
        job_id: the job.
        lane_number: the lane, counted from 0.
        has_time: returns whether one more batch may be begun.

    Raises:
        JobNotFound: there is no such job.
        InvariantViolated: the lane does not exist; or some batches were not what was accepted:
            they have failed by then, so that the next call goes on after them.
        InsufficientFunds: the lane's money is missing.
        Contention, StoreUnavailable: see `Committer.commit`.
        Unavailable: KMS did not answer.
    """
    progress = payroll.get_progress(store.database, job_id)
    if progress is None:
        raise JobNotFound(job_id)
    job = progress.job
    if job.status is not JobStatus.PROCESSING:
        return True
    lane = next((lane for lane in progress.lanes if lane.number == lane_number), None)
    if lane is None:
        raise InvariantViolated("a funded job has no such lane", {"job_id": job_id})
    manifest = sealed_manifest(store, seals, job)
    if manifest is None:
        return True
    ahead: dict[int, Batch | None] = {}
    broken: list[int] = []
    while (number := lane.next_batch(job.lanes)) < job.batches and has_time():
        if number not in ahead:
            ahead = _read_ahead(store, job, number)
        is_accepted = manifest.holds(number, ahead[number])
        if not is_accepted:
            broken.append(number)
        lane = _pay_batch(store, _Work(job, lane, ahead[number], is_accepted))
    if broken:
        raise batches_broken(job_id, broken)
    return number >= job.batches


def _read_ahead(store: Store, job: Job, first: int) -> dict[int, Batch | None]:
    numbers = list(range(first, job.batches, job.lanes))[:BATCHES_AHEAD]
    found = payroll.find_batches(store.database, job.job_id, numbers)
    return {number: found.get(number) for number in numbers}


@dataclass(frozen=True, slots=True)
class _Work:
    """The batch that comes next in a lane.

    Attributes:
        job: the job, as accepted.
        lane: the lane before it.
        batch: what is stored of it; None if it is missing or cannot be read.
        is_accepted: whether it is what was accepted; if not, none of it is paid.
    """

    job: Job
    lane: Lane
    batch: Batch | None
    is_accepted: bool

    @property
    def float_id(self) -> WalletId:
        return float_wallet_id(self.job.job_id, self.lane.number)

    @property
    def items(self) -> tuple[PayrollItem, ...]:
        """The items that may be paid."""
        return self.batch.items if self.batch is not None and self.is_accepted else ()

    def wallet_ids(self) -> list[WalletId]:
        return [self.float_id, *(item.recipient_wallet_id for item in self.items)]

    def broken_items(self) -> dict[int, ItemFailure]:
        """The items that were accepted, and that nobody can vouch for any more."""
        if self.is_accepted:
            return {}
        numbers = self.job.items_in(self.lane.next_batch(self.job.lanes))
        return dict.fromkeys(numbers, ItemFailure.SEAL_BROKEN)


def _pay_batch(store: Store, work: _Work) -> Lane:
    """Pay a batch, unless another worker has, and return the lane after it."""
    lane_key = payroll.lane_key(work.job.job_id, work.lane.number)
    keys = [lane_key, *(wallets.key(wallet_id) for wallet_id in work.wallet_ids())]

    def decide() -> Decision[tuple[Lane, Lane]]:
        snapshot = store.database.read(keys)
        lane = payroll.find_lane(snapshot, work.job.job_id, work.lane.number)
        if lane is None:
            raise InvariantViolated("a lane is missing", {"job_id": work.job.job_id})
        if lane.checkpoint != work.lane.checkpoint:
            return Decision((lane, lane))
        try:
            return _decide(work, wallets.find(snapshot, work.wallet_ids()), store.now())
        except InsufficientFunds:
            # A batch read is not atomic: the float wallet may have been read after another
            # worker's commit, and the lane before it. Then this batch is already paid.
            latest = payroll.find_lane(
                store.database.read([lane_key]), work.job.job_id, work.lane.number
            )
            if latest is None or latest.checkpoint == lane.checkpoint:
                raise
            return Decision((latest, latest))

    before, after = store.committer.commit(decide)
    store.meter.count("payroll_items_paid", after.paid_items - before.paid_items)
    store.meter.count("payroll_items_failed", after.failed_items - before.failed_items)
    return after


def _decide(
    work: _Work, found: dict[WalletId, Wallet], now: datetime
) -> Decision[tuple[Lane, Lane]]:
    job, lane, batch = work.job, work.lane, work.batch
    checked = [(i, failure_of(i, job, found.get(i.recipient_wallet_id))) for i in work.items]
    good = [item for item, failure in checked if failure is None]
    failures = {item.index: failure for item, failure in checked if failure is not None}
    failures |= work.broken_items()
    after = replace(
        lane,
        checkpoint=lane.checkpoint + 1,
        paid_items=lane.paid_items + len(good),
        failed_items=lane.failed_items + len(failures),
        paid_units=lane.paid_units + sum(item.amount.units for item in good),
    )
    writes = [payroll.move_lane(job.job_id, lane, after)]
    if failures and batch is not None:
        writes.append(payroll.mark_failures(job.job_id, batch.number, failures))
    if good:
        writes += _payments(work, good, found, now)
    return Decision((lane, after), writes)


def _payments(
    work: _Work, items: Sequence[PayrollItem], found: dict[WalletId, Wallet], now: datetime
) -> list[Write]:
    posting = post(pay_legs(work.job, work.lane.number, items), found, now=now)
    return [
        *(
            transfers.create(_transfer(work, item, posting), exists=id_taken(work.job.job_id))
            for item in items
        ),
        *writes_of(posting),
    ]


def _transfer(work: _Work, item: PayrollItem, posting: Posting) -> Transfer:
    transaction_id = item_transaction_id(work.job.job_id, item.index)
    return Transfer(
        transaction_id=transaction_id,
        transfer_type=TransferType.PAYROLL_PAYMENT,
        status=TransferStatus.COMPLETED,
        created_at=posting.entries[0].created_at,
        amount_text=str(item.amount),
        currency=item.amount.currency,
        sender_wallet_id=work.float_id,
        recipient_wallet_id=item.recipient_wallet_id,
        sender_user_id=work.job.source_user_id,
        recipient_user_id=item.employee_user_id,
        description=work.job.job_name,
        idempotency_key=item_key(work.job.job_id, item.index),
        entries=entry_keys(posting, transaction_id),
    )
