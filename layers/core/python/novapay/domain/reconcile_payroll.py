"""What a payroll job must say so that it agrees with its payments that stay.

Payments decide: a lane's checkpoint, its counts and the job's status follow from them. A batch that
was dropped is paid again by the job's run, under the same transaction ids.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from novapay.domain.payroll import Batch, ItemFailure, Job, JobStatus, Lane, Progress
from novapay.domain.payroll_money import float_wallet_id
from novapay.domain.payroll_seal import SEAL_BROKEN
from novapay.domain.reconcile_postings import Movement, failure_known, is_sound, item_of
from novapay.domain.restored import (
    FailuresSet,
    JobDropped,
    JobSet,
    LaneDropped,
    LaneSet,
    Repair,
    Restored,
    StoredJob,
)
from novapay.domain.wallet import Wallet, WalletId

_Repairs = Iterator[Repair]


@dataclass(frozen=True, slots=True)
class JobView:
    """A job, and what of its money stays.

    Attributes:
        stored: what is stored of it.
        paid: the numbers of the items whose payments stay.
        is_funded: whether its money was set aside, and stays so.
        is_settled: whether what was left was given back, and stays so.
        floats: its float wallets as they stand after the repairs.
        wallets: the recipients.
    """

    stored: StoredJob
    paid: frozenset[int]
    is_funded: bool
    is_settled: bool
    floats: Mapping[WalletId, Wallet]
    wallets: Mapping[WalletId, Wallet]

    @property
    def job(self) -> Job:
        return self.stored.job

    def progress(self) -> Progress:
        """Return the job with lanes that agree with its payments."""
        return Progress(job=self.job, lanes=tuple(map(self.lane, range(self.job.lanes))))

    def lane(self, number: int) -> Lane:
        """Return a lane behind the last of its batches that was paid, or had nothing to pay."""
        job, stored = self.job, self.stored.lanes.get(number)
        batches = range(number, job.batches, job.lanes)
        paid = [place for place, batch in enumerate(batches) if self._paid_in(batch)]
        checkpoint = paid[-1] + 1 if paid else 0
        claimed = 0 if stored is None else stored.checkpoint
        while checkpoint < min(claimed, len(batches)) and self._had_none(batches[checkpoint]):
            checkpoint += 1
        done = list(batches[:checkpoint])
        paid_items = [index for batch in done for index in self._paid_in(batch)]
        items = sum(len(job.items_in(batch)) for batch in done)
        return Lane(
            number=number,
            checkpoint=checkpoint,
            paid_items=len(paid_items),
            failed_items=items - len(paid_items),
            paid_units=sum(
                item.amount.units
                for batch in done
                if batch in self.stored.batches
                for item in self.stored.batches[batch].items
                if item.index in self.paid
            ),
        )

    def _paid_in(self, batch: int) -> list[int]:
        return [index for index in self.job.items_in(batch) if index in self.paid]

    def _had_none(self, number: int) -> bool:
        """Return whether no item of a batch could be paid, so that its commit moved no money."""
        batch = self.stored.batches.get(number)
        if batch is None:
            return True
        return all(failure_known(self.stored, it, self.wallets) for it in batch.items)

    def failures(self, batch: Batch) -> dict[int, ItemFailure]:
        """Return the items of a batch that was passed that were not paid, and why."""
        return {
            item.index: failure_known(self.stored, item, self.wallets) or ItemFailure.SEAL_BROKEN
            for item in batch.items
            if item.index not in self.paid
        }


def view_of(
    stored: StoredJob,
    restored: Restored,
    kept: list[Movement],
    floats: Mapping[WalletId, Wallet],
) -> JobView:
    """Return a job with what of its money stays."""
    rows = [row for movement in kept for row in movement.transactions]
    ids = {row.transaction_id for row in rows}
    paid = {
        item[1]
        for row in rows
        if (item := item_of(row)) is not None and item[0] == stored.job.job_id
    }
    job = stored.job
    is_free = job.total.units == 0 and job.status is not JobStatus.QUEUED and job.failure is None
    return JobView(
        stored=stored,
        paid=stored.paid_before | frozenset(paid),
        is_funded=stored.is_funded_before or stored.fund_id in ids or is_free,
        is_settled=stored.is_settled_before or stored.settle_id in ids,
        floats={
            wallet_id: floats[wallet_id]
            for wallet_id in (float_wallet_id(job.job_id, lane) for lane in range(job.lanes))
            if wallet_id in floats
        },
        wallets=restored.wallets,
    )


def repairs_of(view: JobView, restored: Restored) -> _Repairs:
    """Yield what makes a job agree with its payments."""
    stored, job = view.stored, view.job
    if not is_sound(stored, restored):
        # The job last: once it is gone, nothing leads to its lanes.
        yield from _without_lanes(stored)
        yield JobDropped(job)
        return
    if job.created_at < restored.since and not stored.is_complete:
        return  # Its seal is broken, and its run finds that out.
    if not view.is_funded:
        yield from _unfunded(stored)
        return
    progress = view.progress()
    status = _status(view, progress)
    yield from _moved(job, status)
    for lane in progress.lanes:
        if lane != stored.lanes.get(lane.number):
            yield LaneSet(job.job_id, stored.lanes.get(lane.number), lane)
    for number, batch in stored.batches.items():
        failures = view.failures(batch) if progress.is_done(number) else {}
        if failures != dict(batch.failures):
            yield FailuresSet(job.job_id, number, batch.failures, failures)


def must_be_unsettled(view: JobView) -> bool:
    """Return whether what was left was given back although some batch is not done.

    The settlement is dropped then: the job's run settles again, under the same transaction id.
    """
    if view.job.failure == SEAL_BROKEN:
        return False
    return view.is_settled and not view.progress().is_complete


def _unfunded(stored: StoredJob) -> _Repairs:
    job = stored.job
    is_closed = job.status is JobStatus.FAILED and job.failure is not None
    if not is_closed:
        yield from _moved(job, JobStatus.QUEUED)
    yield from _without_lanes(stored)
    for number, batch in stored.batches.items():
        if batch.failures:
            yield FailuresSet(job.job_id, number, batch.failures, {})


def _without_lanes(stored: StoredJob) -> _Repairs:
    for lane in stored.lanes.values():
        yield LaneDropped(stored.job.job_id, lane)


def _status(view: JobView, progress: Progress) -> JobStatus:
    job = view.job
    holds_money = any(wallet.balance.units for wallet in view.floats.values())
    if job.status is JobStatus.QUEUED or holds_money:
        return JobStatus.PROCESSING
    if job.status.is_open or job.failure == SEAL_BROKEN:
        return job.status
    return progress.outcome() if progress.is_complete else JobStatus.PROCESSING


def _moved(job: Job, status: JobStatus) -> _Repairs:
    if status is job.status:
        return
    finished_at = None if status.is_open else job.finished_at
    failure = None if status.is_open else job.failure
    yield JobSet(job, replace(job, status=status, finished_at=finished_at, failure=failure))
