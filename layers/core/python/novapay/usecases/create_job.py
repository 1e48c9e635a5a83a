"""Accept a payroll job: store the manifest, then the job, then start its run."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from novapay.domain.effect import Effect, JobQueued
from novapay.domain.errors import (
    OutcomeUnknown,
    Refusal,
    Unavailable,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.money import Money
from novapay.domain.payroll import (
    Batch,
    Job,
    JobId,
    JobOrder,
    JobStatus,
    PayrollItem,
    batches_of,
    lane_units_of,
)
from novapay.domain.payroll_seal import Manifest, sealed_bytes
from novapay.domain.ports import Executions, Seals
from novapay.domain.wallet import Wallet, require_client
from novapay.store.client import Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import manifests, payroll, wallets
from novapay.usecases.deciding import Decide, Load, commit_prepared

ERRORS = (WalletNotFound, WalletOwnerMismatch, OutcomeUnknown)
"""What it may end in, beside what any commit can end in."""


def create_job(
    resources: Resources,
    executions: Executions,
    seals: Seals,
    order: JobOrder,
    *,
    keyed_request: KeyedRequest | None,
    answer: Callable[[Job | Refusal], Answer],
) -> Answer:
    """Seal the manifest and the job, store them, and start the job's run.

    A manifest without its job is ignored. If the run cannot be started, recovery starts it.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        executions: where the job's run is started.
        seals: vouches from now on that this job was accepted, and nothing else.
        order: the employer's request.
        keyed_request: the client's idempotency key; None if it sent none.
        answer: makes the response from the queued job, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has the id of the source wallet.
        Unavailable: the job could not be sealed.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    queued: list[Job] = []
    if keyed_request is not None:
        order = replace(order, idempotency_key=keyed_request.key)

    def prepare(snapshot: Snapshot) -> Decide[Job]:
        found = wallets.all_in(snapshot).get(order.source_wallet_id)
        prepared = _prepare(resources, seals, order, require_client(found, order.source_wallet_id))

        def decide(_: Snapshot, __: datetime) -> Effect[Job]:
            if isinstance(prepared, Refusal):
                return Effect(prepared, [], {"payroll_jobs_refused": 1})
            queued[:] = [prepared]
            return Effect(prepared, [JobQueued(prepared)], {"payroll_jobs_created": 1})

        return decide

    load = Load([wallets.key(order.source_wallet_id)])
    answered = commit_prepared(resources, keyed_request, load, prepare, answer=answer)
    if queued and not answered.replayed:
        _start(resources, executions, queued[0])
    return answered


def _prepare(resources: Resources, seals: Seals, order: JobOrder, source: Wallet) -> Job | Refusal:
    """Store the manifest, and return the job with its seal over both, or the refusal.

    Nothing that this depends on can change: a wallet keeps its owner and its currency.
    """
    if source.user_id != order.source_user_id:
        return WalletOwnerMismatch(source.wallet_id, order.source_user_id)
    batches = _batches(order, source)
    job = _job(order, JobId(resources.new_id()), source, batches, resources.now())
    manifest = Manifest.of(batches)
    sealed = replace(job, seal=seals.seal(sealed_bytes(job, manifest)))
    items = manifests.manifest_items(job.job_id, batches, manifest)
    resources.database.put_all(payroll.TABLE, items)
    return sealed


def _batches(order: JobOrder, source: Wallet) -> list[Batch]:
    items = [
        PayrollItem(
            index=index,
            employee_user_id=item.employee_user_id,
            recipient_wallet_id=item.recipient_wallet_id,
            amount=Money(item.amount_units, item.currency or source.currency),
        )
        for index, item in enumerate(order.items, start=1)
    ]
    return list(batches_of(items))


def _job(
    order: JobOrder, job_id: JobId, source: Wallet, batches: Sequence[Batch], now: datetime
) -> Job:
    return Job(
        job_id=job_id,
        employer_id=order.employer_id,
        source_wallet_id=order.source_wallet_id,
        source_user_id=order.source_user_id,
        job_name=order.job_name,
        status=JobStatus.QUEUED,
        currency=source.currency,
        total_items=len(order.items),
        lane_units=lane_units_of(batches, source.currency),
        created_at=now,
        request_id=order.request_id,
        idempotency_key=order.idempotency_key,
    )


def _start(resources: Resources, executions: Executions, job: Job) -> None:
    try:
        executions.start(job.execution_name, job.job_id, request_id=job.request_id)
    except Unavailable:
        resources.meter.count("payroll_starts_deferred")
