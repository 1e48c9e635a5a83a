"""Settle a job: return the money that was not paid, and store the final status."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from novapay.domain.effect import Effect
from novapay.domain.errors import JobNotFound
from novapay.domain.payroll import LANES_MAX, Job, JobId, JobStatus
from novapay.domain.payroll_money import float_wallet_id, fund_transaction_id
from novapay.domain.payroll_seal import seal_broken
from novapay.domain.payroll_steps import settle, settle_broken
from novapay.domain.ports import Seals
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import payroll, transfers, wallets
from novapay.usecases.check_seal import sealed_manifest
from novapay.usecases.deciding import Load, commit_decision


def settle_job(resources: Resources, seals: Seals, job_id: JobId) -> Job:
    """Settle a job and return it. Calling it again changes nothing.

    A job whose seal is broken is closed at once, whatever its lanes say: what is left returns to
    the wallet that it came from by the ledger's account, and then the error is raised.

    Raises:
        JobNotFound: there is no such job.
        InvariantViolated: a lane is not done yet, or the job is not what was accepted.
        Contention, StoreUnavailable: see `Committer.commit`.
        Unavailable: KMS did not answer.
    """
    job = payroll.require_job(resources.database, job_id)
    if job.status is not JobStatus.PROCESSING:
        return job
    is_accepted = sealed_manifest(resources, seals, job) is not None
    settled = _settle(resources, job, is_accepted=is_accepted)
    if not is_accepted:
        raise seal_broken(job_id)
    return settled


def _settle(resources: Resources, read: Job, *, is_accepted: bool) -> Job:
    """Settle what was held against its seal, whatever is stored of it by now."""
    funded_by = fund_transaction_id(read.job_id)

    def payer(snapshot: Snapshot) -> Sequence[Key]:
        funded = transfers.find(snapshot, funded_by)
        if funded is None or funded.sender_wallet_id in (None, read.source_wallet_id):
            return []
        return [wallets.key(funded.sender_wallet_id)]

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Job]:
        progress = payroll.find_progress(snapshot, read.job_id)
        if progress is None:
            raise JobNotFound(read.job_id)
        if progress.job.status is not JobStatus.PROCESSING:
            return Effect(progress.job)
        found = wallets.all_in(snapshot)
        progress = replace(progress, job=replace(read, attempt=progress.job.attempt))
        if is_accepted:
            return settle(progress, found, now=now)
        return settle_broken(progress, transfers.find(snapshot, funded_by), found, now=now)

    job_key = payroll.job_key(read.job_id)
    # Nobody vouches for the number of lanes of a broken job: its money may be in any.
    funded_lanes = range(read.lanes if is_accepted else LANES_MAX)
    floats = [float_wallet_id(read.job_id, lane) for lane in funded_lanes]
    keys = [
        job_key,
        *(payroll.lane_key(read.job_id, lane) for lane in range(read.lanes)),
        *(wallets.key(wallet_id) for wallet_id in (read.source_wallet_id, *floats)),
    ]
    if is_accepted:
        load = Load(keys, marks=[job_key])
    else:
        load = Load([*keys, transfers.key(funded_by)], then=payer, marks=[job_key])
    return commit_decision(resources, load, decide)
