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
from novapay.domain.payroll_seal import SEAL_BROKEN, batches_broken, seal_broken
from novapay.domain.ports import Seals
from novapay.domain.posting import Posting, post
from novapay.domain.transfer import Transfer, TransferStatus, TransferType, entry_keys
from novapay.store.commit import Decision, Write
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.tables import payroll, transfers, wallets
from novapay.usecases.check_seal import broken_batches, sealed_manifest


def fund_job(store: Store, seals: Seals, job_id: JobId) -> Job:
    """Fund a queued job and return it: PROCESSING if funded, FAILED if the money is refused.

    The job and all of its items are first held against the job's seal. A job that breaks an
    invariant is closed as FAILED before the error is raised: called again, it is just returned.
    Calling it again changes nothing.

    Raises:
        JobNotFound: there is no such job.
        InvariantViolated: the job is not what was accepted, it was funded before, or its source
            wallet does not exist any more. No money was moved.
        Contention, StoreUnavailable: see `Committer.commit`.
        Unavailable: KMS did not answer.
    """
    job = payroll.get_job(store.database, job_id)
    if job is None:
        raise JobNotFound(job_id)
    if job.status is not JobStatus.QUEUED:
        return job
    fault = _fault_of(store, seals, job)
    if fault is not None:
        _close(store, job, SEAL_BROKEN)
        raise fault
    try:
        return _fund(store, job)
    except InvariantViolated as violation:
        _close(store, job, violation.code)
        raise


def _fault_of(store: Store, seals: Seals, job: Job) -> InvariantViolated | None:
    manifest = sealed_manifest(store, seals, job)
    if manifest is None:
        return seal_broken(job.job_id)
    broken = broken_batches(store, job, manifest)
    return batches_broken(job.job_id, broken) if broken else None


def _fund(store: Store, sealed: Job) -> Job:
    """Fund what was held against its seal, whatever is stored of it by now."""

    def decide() -> Decision[Job]:
        # Before the job: a rival that funds it in between has then moved the job on as well.
        earlier = transfers.get_transfer(store.database, fund_transaction_id(sealed.job_id))
        stored = payroll.get_job(store.database, sealed.job_id)
        if stored is None:
            raise JobNotFound(sealed.job_id)
        if stored.status is not JobStatus.QUEUED:
            return Decision(stored)
        if earlier is not None:
            raise id_taken(sealed.job_id)
        job = replace(sealed, attempt=stored.attempt)
        try:
            posted = _post(store, job)
        except Refusal as refusal:
            failed = _failed(store, job, refusal.code)
            return Decision(failed, [payroll.move_job(job, failed)])
        funded = replace(job, status=JobStatus.PROCESSING)
        lanes = [payroll.create_lane(job.job_id, Lane(number=n)) for n in range(job.lanes)]
        return Decision(funded, [payroll.move_job(job, funded), *lanes, *posted])

    return store.committer.commit(decide)


def _close(store: Store, broken: Job, failure: str) -> None:
    """Close a job that must not be run, unless it is no longer queued."""

    def decide() -> Decision[None]:
        job = payroll.get_job(store.database, broken.job_id)
        if job is None or job.status is not JobStatus.QUEUED:
            return Decision(None)
        return Decision(None, [payroll.move_job(job, _failed(store, job, failure))])

    store.committer.commit(decide)


def _failed(store: Store, job: Job, failure: str) -> Job:
    return replace(job, status=JobStatus.FAILED, finished_at=store.now(), failure=failure)


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
