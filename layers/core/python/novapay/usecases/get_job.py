"""Look at a payroll job as it stands."""

from novapay.domain.errors import JobNotFound
from novapay.domain.payroll import JobId, Progress
from novapay.store.store import Store
from novapay.store.tables import payroll


def get_job(store: Store, job_id: JobId) -> Progress:
    """Return the job with its lanes, as they are now. One read.

    Raises:
        JobNotFound: there is none.
        StoreUnavailable: DynamoDB did not answer.
    """
    progress = payroll.get_progress(store.database, job_id)
    if progress is None:
        raise JobNotFound(job_id)
    return progress
