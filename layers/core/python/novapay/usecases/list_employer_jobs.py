"""List an employer's payroll jobs."""

from itertools import islice

from novapay.domain.caller import Caller
from novapay.domain.payroll import Progress
from novapay.domain.wallet import UserId
from novapay.store.resources import Resources
from novapay.store.tables import payroll

JOBS_MAX = 50
JOBS_READ_MAX = 1000
"""Anybody who may run payrolls can name any employer: whoever reads on past the jobs of others
does so no further than this."""


def list_employer_jobs(resources: Resources, employer_id: UserId, caller: Caller) -> list[Progress]:
    """Return an employer's newest jobs, at most 50, newest first. A read a page and one a job.

    Users see only the jobs that they pay. One read, and one for each job.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    job_ids = payroll.list_employer_jobs(resources.database, employer_id, limit=JOBS_READ_MAX)
    found = (payroll.get_progress(resources.database, job_id) for job_id in job_ids)
    seen = (
        progress
        for progress in found
        if progress is not None and caller.may_act_for(progress.job.source_user_id)
    )
    return list(islice(seen, JOBS_MAX))
