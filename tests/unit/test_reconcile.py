"""The plan for jobs with two lanes, which have thousands of items, so that no bank plays them."""

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from novapay.domain.effect import Effect, Posted, Recorded
from novapay.domain.entry import Entry
from novapay.domain.errors import Refusal
from novapay.domain.payroll import (
    Batch,
    ItemFailure,
    Job,
    JobId,
    JobStatus,
    Lane,
    PayrollItem,
    Progress,
)
from novapay.domain.payroll_steps import fund, pay_batch, settle
from novapay.domain.reconcile import plan
from novapay.domain.restored import Because, JobSet, LaneSet, Restored, StoredJob
from novapay.domain.transaction import Transaction
from novapay.domain.wallet import Wallet, WalletId
from tests.support.domain import NOW, USD, a_wallet, id_of, money

R = TypeVar("R")

SOURCE = a_wallet("source", "100")
STAFF = [a_wallet(f"employee {n}") for n in range(1, 49)]
ITEMS = [
    PayrollItem(n, it.user_id, it.wallet_id, money("1")) for n, it in enumerate(STAFF, start=1)
]
ITEMS[0] = replace(ITEMS[0], employee_user_id=SOURCE.user_id)
BATCHES = {0: Batch(0, tuple(ITEMS[:24])), 1: Batch(1, tuple(ITEMS[24:]))}
QUEUED = Job(
    job_id=JobId(id_of("two lanes")),
    employer_id=SOURCE.user_id,
    source_wallet_id=SOURCE.wallet_id,
    source_user_id=SOURCE.user_id,
    job_name="April",
    status=JobStatus.QUEUED,
    currency=USD,
    total_items=48,
    lane_units=(24 * 10**8, 24 * 10**8),
    created_at=NOW,
)


class Run:
    """A whole run: the first item fails, so the first lane returns money and the second none."""

    def __init__(self) -> None:
        self.wallets: dict[WalletId, Wallet] = {it.wallet_id: it for it in (SOURCE, *STAFF)}
        self.rows: list[tuple[str, Transaction]] = []
        self.entries: list[tuple[str, Entry]] = []
        self.lanes = {number: Lane(number=number) for number in (0, 1)}
        self.job = self._keep("fund", fund(QUEUED, SOURCE, now=NOW))
        for number, batch in BATCHES.items():
            paid = pay_batch(self.job, self.lanes[number], batch, self.wallets, now=NOW)
            self.lanes[number] = self._keep(f"batch {number}", paid)
        self.progress = Progress(job=self.job, lanes=tuple(self.lanes.values()))
        self.job = self._keep("settle", settle(self.progress, self.wallets, now=NOW))

    def _keep(self, name: str, effect: Effect[R]) -> R:
        for change in effect.changes:
            if isinstance(change, Posted):
                self.wallets |= change.posting.after
                self.entries += [(name, entry) for entry in change.posting.entries]
            elif isinstance(change, Recorded):
                self.rows.append((name, change.transaction))
        assert not isinstance(effect.result, Refusal)
        return effect.result

    def restored(self, *missing: str) -> Restored:
        """Return what a restore finds, without the rows and the entries of some commits."""
        failures = {1: ItemFailure.WALLET_OWNER_MISMATCH}
        return Restored(
            since=NOW - timedelta(seconds=1),
            wallets=self.wallets,
            entries=[entry for name, entry in self.entries if name not in missing],
            transactions={
                row.transaction_id: row for name, row in self.rows if name not in missing
            },
            jobs={
                self.job.job_id: StoredJob(
                    self.job,
                    self.lanes,
                    {**BATCHES, 0: replace(BATCHES[0], failures=failures)},
                    has_manifest=True,
                )
            },
        )


def test_a_whole_run_is_left_as_it_is() -> None:
    made = plan(Run().restored())

    assert (made.repairs, made.torn, made.kept) == ((), (), 4)


def test_a_settlement_is_dropped_with_a_batch_of_another_lane_than_its_own() -> None:
    run = Run()

    made = plan(run.restored("batch 1"))

    # No entry of the settlement stands on one of the batch: the second lane had nothing to return.
    because = [torn.because for torn in made.torn]
    assert because == [Because.JOB_UNFINISHED]
    [moved] = [it for it in made.repairs if isinstance(it, JobSet)]
    assert (moved.after.status, moved.after.finished_at) == (JobStatus.PROCESSING, None)
    [lane] = [it for it in made.repairs if isinstance(it, LaneSet)]
    assert (lane.before, lane.after) == (run.lanes[1], Lane(number=1))


def test_a_job_whose_money_was_not_set_aside_is_queued_again() -> None:
    made = plan(Run().restored("fund", "batch 0", "batch 1", "settle"))

    [moved] = [it for it in made.repairs if isinstance(it, JobSet)]
    assert moved.after.status is JobStatus.QUEUED


def test_a_queued_job_whose_money_is_set_aside_is_not_funded_twice() -> None:
    run = Run()
    restored = run.restored("batch 0", "batch 1", "settle")
    [stored] = restored.jobs.values()
    older = replace(stored, job=QUEUED, lanes={})

    made = plan(replace(restored, jobs={QUEUED.job_id: older}))

    [moved] = [it for it in made.repairs if isinstance(it, JobSet)]
    assert moved.after.status is JobStatus.PROCESSING
    opened = [it for it in made.repairs if isinstance(it, LaneSet)]
    assert opened == [
        LaneSet(QUEUED.job_id, None, Lane(number=number)) for number in range(QUEUED.lanes)
    ]
