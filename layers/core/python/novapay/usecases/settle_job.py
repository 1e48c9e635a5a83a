"""Settle a job: return the money that was not paid, and store the final status."""

from dataclasses import replace

from novapay.domain.errors import InvariantViolated, JobNotFound
from novapay.domain.payroll import (
    LANES_MAX,
    Job,
    JobId,
    JobStatus,
    Progress,
)
from novapay.domain.payroll_money import (
    float_wallet_id,
    fund_transaction_id,
    id_taken,
    settle_legs,
    settle_transaction_id,
)
from novapay.domain.payroll_seal import SEAL_BROKEN, seal_broken
from novapay.domain.ports import Seals
from novapay.domain.posting import post
from novapay.domain.transfer import Transfer, TransferStatus, TransferType, entry_keys
from novapay.store.commit import Decision, Write
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.tables import payroll, transfers, wallets
from novapay.usecases.check_seal import sealed_manifest


def settle_job(store: Store, seals: Seals, job_id: JobId) -> Job:
    """Settle a job and return it. Calling it again changes nothing.

    A job whose seal is broken is closed at once, whatever its lanes say: what is left returns to
    the wallet that it came from by the ledger's account, and then the error is raised.

    Raises:
        JobNotFound: there is no such job.
        InvariantViolated: a lane is not done yet, or the job is not what was accepted.
        Contention, StoreUnavailable: see `Committer.commit`.
        Unavailable: KMS did not answer.
    """
    job = _progress(store, job_id).job
    if job.status is not JobStatus.PROCESSING:
        return job
    is_accepted = sealed_manifest(store, seals, job) is not None
    settled = store.committer.commit(lambda: _decide(store, job, is_accepted=is_accepted))
    if not is_accepted:
        raise seal_broken(job_id)
    return settled


def _progress(store: Store, job_id: JobId) -> Progress:
    progress = payroll.get_progress(store.database, job_id)
    if progress is None:
        raise JobNotFound(job_id)
    return progress


def _decide(store: Store, read: Job, *, is_accepted: bool) -> Decision[Job]:
    """Settle what was held against its seal, whatever is stored of it by now."""
    progress = _progress(store, read.job_id)
    if progress.job.status is not JobStatus.PROCESSING:
        return Decision(progress.job)
    job = replace(read, attempt=progress.job.attempt)
    if not is_accepted:
        closed = replace(
            job,
            status=JobStatus.PARTIAL if progress.paid_items else JobStatus.FAILED,
            finished_at=store.now(),
            failure=SEAL_BROKEN,
        )
        return Decision(closed, [payroll.move_job(job, closed), *_return_to_the_payer(store, job)])
    if not progress.is_complete:
        raise InvariantViolated("a job is settled before its lanes are", {"job_id": job.job_id})
    closed = replace(job, status=progress.outcome(), finished_at=store.now())
    return Decision(closed, [payroll.move_job(job, closed), *_return(store, job)])


def _return_to_the_payer(store: Store, job: Job) -> list[Write]:
    """Return what is left to where it came from, by the transfer that set it aside."""
    funded = transfers.get_transfer(store.database, fund_transaction_id(job.job_id))
    match funded:
        case Transfer(
            sender_wallet_id=str() as wallet_id,
            sender_user_id=str() as user_id,
            currency=str() as currency,
        ):
            payer = replace(
                job, source_wallet_id=wallet_id, source_user_id=user_id, currency=currency
            )
            return _return(store, payer)
        case _:
            return []


def _return(store: Store, job: Job) -> list[Write]:
    float_ids = [float_wallet_id(job.job_id, lane) for lane in range(LANES_MAX)]
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
