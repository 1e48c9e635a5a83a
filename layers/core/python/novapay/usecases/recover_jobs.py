"""Find payroll jobs that are not running, and start them again.

It may run twice at once: a run's name is started once, and a dead run is given up for the next
one only if the job still has the attempt that was read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from novapay.domain.errors import InvariantViolated, NovaPayError, Unavailable
from novapay.domain.payroll import (
    Job,
    JobId,
)
from novapay.domain.payroll_seal import SEAL_BROKEN
from novapay.domain.ports import Executions, ExecutionState
from novapay.store.commit import Decision
from novapay.store.resources import Resources
from novapay.store.tables import payroll


@dataclass(frozen=True, slots=True)
class Recovered:
    """A job that was started again, the name of its run, and the request that created the job."""

    job_id: JobId
    execution_name: str
    request_id: str | None


def recover_jobs(
    resources: Resources, executions: Executions, *, has_time: Callable[[], bool]
) -> list[Recovered]:
    """Return the jobs that were started again, the oldest first, while there is time.

    A job that cannot be started now does not hold up the others. One that cannot be read is closed,
    so that it is not tried every minute.

    Args:
        resources: what it works with: the tables, the clock.
        executions: where they run.
        has_time: whether one more job may be looked at.

    Raises:
        Contention, StoreUnavailable, Unavailable, InvariantViolated: of the last job that could
            not be started; it is tried again in a minute, unless it was closed.
    """
    recovered = []
    failed: NovaPayError | None = None
    oldest_s = 0.0
    for job_id in payroll.list_open_jobs(resources.database):
        if not has_time():
            break
        try:
            job = _read(resources, job_id)
            if job is None or not job.status.is_open:
                continue
            oldest_s = max(oldest_s, (resources.now() - job.created_at).total_seconds())
            started = _start(resources, executions, job)
        except (Unavailable, InvariantViolated) as error:
            failed = error
            continue
        if started is not None:
            resources.meter.count("payroll_jobs_recovered")
            recovered.append(Recovered(job_id, started.execution_name, started.request_id))
    resources.meter.count("payroll_oldest_open_job", oldest_s)
    if failed is not None:
        raise failed
    return recovered


def _read(resources: Resources, job_id: JobId) -> Job | None:
    try:
        return payroll.get_job(resources.database, job_id)
    except InvariantViolated:
        closing = payroll.close_unreadable(job_id, failure=SEAL_BROKEN, now=resources.now())
        resources.committer.commit(lambda: Decision(None, [closing]))
        raise


def _start(resources: Resources, executions: Executions, job: Job) -> Job | None:
    match executions.state(job.execution_name):
        case ExecutionState.RUNNING:
            return None
        case ExecutionState.ABSENT:
            pass
        case ExecutionState.DEAD | ExecutionState.SUCCEEDED:
            job = _next_attempt(resources, job)
            if not job.status.is_open:  # its run finished it while we looked
                return None
        case unknown:
            assert_never(unknown)
    executions.start(job.execution_name, job.job_id, request_id=job.request_id)
    return job


def _next_attempt(resources: Resources, dead: Job) -> Job:
    """Return the job under its next attempt, whoever gave the dead one up."""

    def decide() -> Decision[Job]:
        job = payroll.get_job(resources.database, dead.job_id)
        if job is None or job.attempt != dead.attempt or not job.status.is_open:
            return Decision(job or dead)
        following = replace(job, attempt=job.attempt + 1)
        return Decision(following, [payroll.move_job(job, following)])

    return resources.committer.commit(decide)
