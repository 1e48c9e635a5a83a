"""List the newest payroll jobs of all employers."""

from novapay.domain.payroll import Progress
from novapay.store.resources import Resources
from novapay.store.tables import payroll


def list_all_jobs(resources: Resources, *, limit: int) -> list[Progress]:
    """Return the newest jobs, newest first. One read, and one for each job.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    job_ids = payroll.list_jobs(resources.database, limit=limit)
    found = (payroll.get_progress(resources.database, job_id) for job_id in job_ids)
    return [progress for progress in found if progress is not None]
