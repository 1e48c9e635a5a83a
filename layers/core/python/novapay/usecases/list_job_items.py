"""List the items of a payroll job, in order."""

from novapay.domain.caller import Caller
from novapay.domain.pages import Page
from novapay.domain.payroll import (
    BATCH_ITEMS_MAX,
    Batch,
    ItemState,
    ItemStatus,
    JobId,
    PayrollItem,
    Progress,
)
from novapay.domain.payroll_money import item_transaction_id
from novapay.store.resources import Resources
from novapay.store.tables import manifests
from novapay.usecases.get_job import get_job


def list_job_items(
    resources: Resources, job_id: JobId, caller: Caller, *, limit: int, offset: int
) -> Page[ItemState]:
    """Return `limit` items after the first `offset`. Two reads, whatever the offset.

    The checkpoints are read before the batches, so that a batch that is done shows its failures.

    Raises:
        JobNotFound: there is no such job, or the caller may not act for the user who pays it.
        StoreUnavailable: DynamoDB did not answer.
    """
    progress = get_job(resources, job_id, caller)
    total = progress.job.total_items
    end = min(offset + limit, total)
    numbers = range(offset // BATCH_ITEMS_MAX, -(-end // BATCH_ITEMS_MAX))
    batches = manifests.get_batches(resources.database, job_id, numbers) if offset < end else []
    states = [_state(progress, batch, item) for batch in batches for item in batch.items]
    return Page([s for s in states if offset < s.item.index <= end], total)


def _state(progress: Progress, batch: Batch, item: PayrollItem) -> ItemState:
    job = progress.job
    if not progress.is_done(batch.number):
        if not job.status.is_open:
            return ItemState(item, ItemStatus.FAILED, None, job.failure)
        return ItemState(item, ItemStatus.PENDING, None, None)
    failure = batch.failures.get(item.index)
    if failure is not None:
        return ItemState(item, ItemStatus.FAILED, None, failure.value)
    return ItemState(item, ItemStatus.PAID, item_transaction_id(job.job_id, item.index), None)
