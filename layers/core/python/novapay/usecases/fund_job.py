"""Fund a job: set its money aside, all of it or nothing, and open its lanes."""

from dataclasses import replace

from novapay.domain.errors import InvariantViolated, JobNotFound, Refusal
from novapay.domain.payroll import (
    Job,
    JobId,
    JobStatus,
    Lane,
)
from novapay.domain.payroll_money import (
    fund_legs,
    fund_transaction_id,
    id_taken,
    open_float,
)
from novapay.domain.posting import Posting, post
from novapay.domain.transfer import Transfer, TransferStatus, TransferType, entry_keys
from novapay.store.commit import Decision, Write
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.tables import payroll, transfers, wallets


def fund_job(store: Store, job_id: JobId) -> Job:
    """Fund a queued job and return it: PROCESSING if funded, FAILED if the money is refused.

    Calling it again changes nothing.

    Raises:
        JobNotFound: there is no such job.
        InvariantViolated: the source wallet does not exist any more.
        Contention, StoreUnavailable: see `Committer.commit`.
    """

    def decide() -> Decision[Job]:
        job = payroll.get_job(store.database, job_id)
        if job is None:
            raise JobNotFound(job_id)
        if job.status is not JobStatus.QUEUED:
            return Decision(job)
        try:
            posted = _post(store, job)
        except Refusal as refusal:
            failed = replace(
                job, status=JobStatus.FAILED, finished_at=store.now(), failure=refusal.code
            )
            return Decision(failed, [payroll.move_job(job, failed)])
        funded = replace(job, status=JobStatus.PROCESSING)
        lanes = [payroll.create_lane(job_id, Lane(number=n)) for n in range(job.lanes)]
        return Decision(funded, [payroll.move_job(job, funded), *lanes, *posted])

    return store.committer.commit(decide)


def _post(store: Store, job: Job) -> list[Write]:
    legs = fund_legs(job)
    if not legs:
        return []
    source = wallets.get_wallet(store.database, job.source_wallet_id)
    if source is None:
        raise InvariantViolated("a job's source wallet is missing", {"job_id": job.job_id})
    now = store.now()
    floats = [open_float(job.job_id, lane, job.currency, now) for lane in range(job.lanes)]
    posting = post(legs, {w.wallet_id: w for w in (source, *floats)}, now=now)
    return [
        transfers.create(_transfer(job, posting), exists=id_taken(job.job_id)),
        *writes_of(posting),
    ]


def _transfer(job: Job, posting: Posting) -> Transfer:
    transaction_id = fund_transaction_id(job.job_id)
    return Transfer(
        transaction_id=transaction_id,
        transfer_type=TransferType.PAYROLL_FUND,
        status=TransferStatus.COMPLETED,
        created_at=posting.entries[0].created_at,
        amount_text=str(job.total),
        currency=job.currency,
        sender_wallet_id=job.source_wallet_id,
        sender_user_id=job.source_user_id,
        description=job.job_name,
        entries=entry_keys(posting, transaction_id),
    )
