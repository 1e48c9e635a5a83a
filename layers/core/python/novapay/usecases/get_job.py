"""Get a payroll job and its progress."""

from novapay.domain.caller import Caller
from novapay.domain.errors import JobNotFound
from novapay.domain.payroll import (
    JobId,
    Progress,
)
from novapay.store.resources import Resources
from novapay.store.tables import payroll


def get_job(resources: Resources, job_id: JobId, caller: Caller) -> Progress:
    """Return the job with its lanes, as they are now. One read.

    Raises:
        JobNotFound: there is none, or the caller may not act for the user who pays it.
        StoreUnavailable: DynamoDB did not answer.
    """
    progress = payroll.get_progress(resources.database, job_id)
    if progress is None or not caller.may_act_for(progress.job.source_user_id):
        raise JobNotFound(job_id)
    return progress
