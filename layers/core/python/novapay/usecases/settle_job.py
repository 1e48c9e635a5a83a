"""Settle a job: return the money that was not paid, and store the final status."""

from dataclasses import replace

from novapay.domain.errors import InvariantViolated, JobNotFound
from novapay.domain.payroll import (
    Job,
    JobId,
    JobStatus,
)
from novapay.domain.payroll_money import (
    float_wallet_id,
    id_taken,
    settle_legs,
    settle_transaction_id,
)
from novapay.domain.posting import post
from novapay.domain.transfer import Transfer, TransferStatus, TransferType, entry_keys
from novapay.store.commit import Decision, Write
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.tables import payroll, transfers, wallets


def settle_job(store: Store, job_id: JobId) -> Job:
    """Settle a job and return it. Calling it again changes nothing.

    Raises:
        JobNotFound: there is no such job.
        InvariantViolated: a lane is not done yet.
        Contention, StoreUnavailable: see `Committer.commit`.
    """

    def decide() -> Decision[Job]:
        progress = payroll.get_progress(store.database, job_id)
        if progress is None:
            raise JobNotFound(job_id)
        job = progress.job
        if job.status is not JobStatus.PROCESSING:
            return Decision(job)
        if not progress.is_complete:
            raise InvariantViolated("a job is settled before its lanes are", {"job_id": job_id})
        returned = _return(store, job)
        closed = replace(job, status=progress.outcome(), finished_at=store.now())
        return Decision(closed, [payroll.move_job(job, closed), *returned])

    return store.committer.commit(decide)


def _return(store: Store, job: Job) -> list[Write]:
    float_ids = [float_wallet_id(job.job_id, lane) for lane in range(job.lanes)]
    wallet_ids = [job.source_wallet_id, *float_ids]
    snapshot = store.database.read([wallets.key(wallet_id) for wallet_id in wallet_ids])
    found = wallets.find(snapshot, wallet_ids)
    legs = settle_legs(job, [found[float_id] for float_id in float_ids if float_id in found])
    if not legs:
        return []
    posting = post(legs, found, now=store.now())
    transaction_id = settle_transaction_id(job.job_id)
    transfer = Transfer(
        transaction_id=transaction_id,
        transfer_type=TransferType.PAYROLL_RETURN,
        status=TransferStatus.COMPLETED,
        created_at=posting.entries[0].created_at,
        amount_text=str(legs[-1].amount),
        currency=job.currency,
        recipient_wallet_id=job.source_wallet_id,
        recipient_user_id=job.source_user_id,
        description=job.job_name,
        entries=entry_keys(posting, transaction_id),
    )
    return [
        transfers.create(transfer, exists=id_taken(job.job_id)),
        *writes_of(posting),
    ]
