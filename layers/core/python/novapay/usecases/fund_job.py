"""Fund a job: set its money aside, all of it or nothing, and open its lanes."""

from dataclasses import replace
from datetime import datetime

from novapay.domain.effect import Effect
from novapay.domain.errors import InvariantViolated, JobNotFound
from novapay.domain.payroll import Job, JobId, JobStatus
from novapay.domain.payroll_money import fund_transaction_id, id_taken
from novapay.domain.payroll_seal import SEAL_BROKEN, batches_broken, seal_broken
from novapay.domain.payroll_steps import fail, fund
from novapay.domain.ports import Seals
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import payroll, transfers, wallets
from novapay.usecases.check_seal import broken_batches, sealed_manifest
from novapay.usecases.deciding import Load, commit_decision


def fund_job(resources: Resources, seals: Seals, job_id: JobId) -> Job:
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
    job = payroll.require_job(resources.database, job_id)
    if job.status is not JobStatus.QUEUED:
        return job
    broken = _violation_of(resources, seals, job)
    if broken is not None:
        _close(resources, job_id, SEAL_BROKEN)
        raise broken
    try:
        return _fund(resources, job)
    except InvariantViolated as violation:
        _close(resources, job_id, violation.code)
        raise


def _violation_of(resources: Resources, seals: Seals, job: Job) -> InvariantViolated | None:
    manifest = sealed_manifest(resources, seals, job)
    if manifest is None:
        return seal_broken(job.job_id)
    broken = broken_batches(resources, job, manifest)
    return batches_broken(job.job_id, broken) if broken else None


def _fund(resources: Resources, sealed: Job) -> Job:
    """Fund what was held against its seal, whatever is stored of it by now."""
    job_key = payroll.job_key(sealed.job_id)
    funded_before = transfers.key(fund_transaction_id(sealed.job_id))

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Job]:
        stored = payroll.find_job(snapshot, sealed.job_id)
        if stored is None:
            raise JobNotFound(sealed.job_id)
        if stored.status is not JobStatus.QUEUED:
            return Effect(stored)
        if snapshot.get(funded_before) is not None:
            raise id_taken(sealed.job_id)
        source = wallets.all_in(snapshot).get(sealed.source_wallet_id)
        return fund(replace(sealed, attempt=stored.attempt), source, now=now)

    keys = [job_key, funded_before, wallets.key(sealed.source_wallet_id)]
    return commit_decision(resources, Load(keys, marks=[job_key]), decide)


def _close(resources: Resources, job_id: JobId, failure: str) -> None:
    """Close a job that must not be run, unless it is no longer queued."""

    def decide(snapshot: Snapshot, now: datetime) -> Effect[None]:
        job = payroll.find_job(snapshot, job_id)
        if job is None or job.status is not JobStatus.QUEUED:
            return Effect(None)
        return Effect(None, fail(job, failure, now=now).changes)

    commit_decision(resources, Load([payroll.job_key(job_id)]), decide)
