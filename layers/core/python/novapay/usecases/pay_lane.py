"""Pay a lane of a job, batch after batch, from its checkpoint on.

A batch is one commit: the money, the transfers and the checkpoint move together or not at all. So
each batch is paid once, even if a worker dies or several work on the same lane.
"""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.effect import Effect
from novapay.domain.errors import InvariantViolated, JobNotFound
from novapay.domain.payroll import Batch, Job, JobId, JobStatus, Lane
from novapay.domain.payroll_money import float_wallet_id
from novapay.domain.payroll_seal import batches_broken
from novapay.domain.payroll_steps import fail_batch, pay_batch
from novapay.domain.ports import Seals
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import manifests, payroll, wallets
from novapay.usecases.check_seal import sealed_manifest
from novapay.usecases.deciding import Load, commit_decision

BATCHES_AHEAD = 20


def pay_lane(
    resources: Resources,
    seals: Seals,
    job_id: JobId,
    lane_number: int,
    *,
    has_time: Callable[[], bool],
) -> bool:
    """Pay what is left of a lane while there is time, and return whether the lane is done.

    A job whose seal is broken is not paid: its lane is done, and settling the job gives the money
    back. A batch that is not what was accepted fails, with all its items, and the rest is paid.

    Args:
        resources: what it works with: the tables, the clock, new ids.
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
    progress = payroll.get_progress(resources.database, job_id)
    if progress is None:
        raise JobNotFound(job_id)
    job = progress.job
    if job.status is not JobStatus.PROCESSING:
        return True
    lane = next((lane for lane in progress.lanes if lane.number == lane_number), None)
    if lane is None:
        raise InvariantViolated("a funded job has no such lane", {"job_id": job_id})
    manifest = sealed_manifest(resources, seals, job)
    if manifest is None:
        return True
    ahead: dict[int, Batch | None] = {}
    broken: list[int] = []
    while (number := lane.next_batch(job.lanes)) < job.batches and has_time():
        if number not in ahead:
            ahead = _read_ahead(resources, job, number)
        is_accepted = manifest.holds(number, ahead[number])
        if not is_accepted:
            broken.append(number)
        lane = _pay(resources, job, lane, ahead[number], is_accepted=is_accepted)
    if broken:
        raise batches_broken(job_id, broken)
    return number >= job.batches


def _read_ahead(resources: Resources, job: Job, first: int) -> dict[int, Batch | None]:
    numbers = list(range(first, job.batches, job.lanes))[:BATCHES_AHEAD]
    found = manifests.find_batches(resources.database, job.job_id, numbers)
    return {number: found.get(number) for number in numbers}


def _pay(
    resources: Resources, job: Job, lane: Lane, batch: Batch | None, *, is_accepted: bool
) -> Lane:
    """Pay a lane's next batch, unless another worker has, and return the lane after it.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        job: the job, as accepted.
        lane: the lane before the batch.
        batch: what is stored of it; None if it is missing or cannot be read.
        is_accepted: whether it is what was accepted; if not, none of it is paid.
    """
    lane_key = payroll.lane_key(job.job_id, lane.number)
    accepted = batch if is_accepted else None

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Lane]:
        found = payroll.find_lane(snapshot, job.job_id, lane.number)
        if found is None:
            raise InvariantViolated("a lane is missing", {"job_id": job.job_id})
        if found.checkpoint != lane.checkpoint:
            return Effect(found)
        if accepted is None:
            return fail_batch(job, found, batch)
        return pay_batch(job, found, accepted, wallets.all_in(snapshot), now=now)

    recipients = [] if accepted is None else [it.recipient_wallet_id for it in accepted.items]
    wallet_ids = [float_wallet_id(job.job_id, lane.number), *recipients]
    load = Load([lane_key, *map(wallets.key, wallet_ids)], marks=[lane_key])
    return commit_decision(resources, load, decide)
