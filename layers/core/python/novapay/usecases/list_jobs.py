"""List payroll jobs, newest first: an employer's, or those of all employers."""

from collections.abc import Iterator, Sequence
from itertools import islice

from novapay.domain.caller import Caller
from novapay.domain.payroll import JobId, Progress
from novapay.domain.wallet import UserId
from novapay.store.resources import Resources
from novapay.store.tables import payroll

JOBS_MAX = 50
JOBS_READ_MAX = 1000
"""How many of an employer's jobs are read at most, to find those that the caller may see: whoever
may run payrolls can name any employer."""


def list_employer_jobs(resources: Resources, employer_id: UserId, caller: Caller) -> list[Progress]:
    """Return an employer's newest jobs, at most 50; users see only the jobs that they pay.

    One read, and one for each job.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    job_ids = payroll.list_employer_jobs(resources.database, employer_id, limit=JOBS_READ_MAX)
    found = _read(resources, job_ids)
    return list(islice((it for it in found if caller.may_act_for(it.job.source_user_id)), JOBS_MAX))


def list_all_jobs(resources: Resources, *, limit: int) -> list[Progress]:
    """Return the newest jobs of all employers. One read, and one for each job.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    return list(_read(resources, payroll.list_jobs(resources.database, limit=limit)))


def _read(resources: Resources, job_ids: Sequence[JobId]) -> Iterator[Progress]:
    for job_id in job_ids:
        progress = payroll.get_progress(resources.database, job_id)
        if progress is not None:
            yield progress
