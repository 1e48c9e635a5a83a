"""Payroll under bad luck, over an AWS in memory: deaths, rivals, lost answers.

Batches are made small, so that a short run has every kind of call in it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import Books, read_books
from localstack.memory.bank import Account, Bank
from localstack.memory.payroll import Office, order_for
from localstack.memory.wire import (
    Call,
    Fault,
    FaultOf,
    ProcessDied,
    Wire,
    answer_with,
    at,
    cancel,
    die,
    every,
    first,
    lose_the_answer,
)
from novapay.domain import payroll
from novapay.domain.errors import StoreUnavailable
from novapay.domain.payroll import (
    ItemStatus,
    JobId,
    JobStatus,
)
from novapay.domain.wallet_status import StatusAction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CALLS = 25
"""How many calls of AWS a run of `payday` makes; a test counts them."""


class Payday:
    """A job of two lanes and five batches of two: eight good items, two bad ones."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.bank = Bank(client)
        self.office = Office(self.bank)
        self.source = self.bank.account(holding="10")
        self.staff = self.office.employees(8)
        strangers = [self.bank.new_account() for _ in range(2)]
        people = [*self.staff[:3], strangers[0], *self.staff[3:], strangers[1]]
        self.job_id = self.office.queue(self.source, [order_for(person, "1") for person in people])

    def run(self) -> None:
        self.office.run(self.job_id)

    def assert_everybody_was_paid_once(self, *, source: str = "2.00000000") -> Books:
        books = read_books(self.bank.client)
        books.assert_sound()
        progress = self.office.progress(self.job_id)
        paid = [
            state.transaction_id
            for state in self.office.items(self.job_id)
            if state.status is ItemStatus.PAID
        ]
        assert progress.job.status is JobStatus.PARTIAL
        assert (progress.paid_items, progress.failed_items) == (8, 2)
        assert len(paid) == 8
        assert set(paid) <= set(books.transfers)
        assert {books.balance(p.wallet_id) for p in self.staff} == {"1.00000000"}
        assert {len(books.chains[p.wallet_id]) for p in self.staff} == {1}
        assert {books.balance(self.office.float_id(self.job_id, lane)) for lane in (0, 1)} == {
            "0.00000000"
        }
        assert books.balance(self.source.wallet_id) == source
        return books


@pytest.fixture
def payday(dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> Payday:
    monkeypatch.setattr(payroll, "BATCH_ITEMS_MAX", 2)
    monkeypatch.setattr(payroll, "ITEMS_PER_LANE", 5)
    # A page of items is cut by the same number, under its own name.
    monkeypatch.setattr("novapay.usecases.list_job_items.BATCH_ITEMS_MAX", 2)
    return Payday(dynamodb)


def test_a_run_makes_as_many_calls_as_the_tests_below_break(payday: Payday) -> None:
    with Wire(payday.bank.client) as wire:
        payday.run()

    assert len(wire.calls) == CALLS
    payday.assert_everybody_was_paid_once()


@pytest.mark.parametrize("number", range(1, CALLS + 1))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_dies_at_any_call_is_finished_by_the_next(
    payday: Payday, number: int, when: str
) -> None:
    fault_of = at(number, die)
    broken = Wire(payday.bank.client, **{when: fault_of})
    with broken, pytest.raises(ProcessDied):
        payday.run()

    payday.run()

    payday.assert_everybody_was_paid_once()


@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_step_whose_answer_is_lost_is_tried_again_and_pays_nobody_twice(
    payday: Payday, number: int
) -> None:
    with Wire(payday.bank.client, after=at(number, lose_the_answer)):
        try:
            payday.run()
        except StoreUnavailable:
            payday.run()

    payday.assert_everybody_was_paid_once()


@pytest.mark.parametrize(
    "fault",
    [
        answer_with("ProvisionedThroughputExceededException"),
        answer_with("InternalServerError", status=500),
        answer_with("TransactionInProgressException"),
    ],
)
def test_a_fault_that_passes_costs_a_retry_of_the_step_at_most(
    payday: Payday, fault: Fault
) -> None:
    with Wire(payday.bank.client, before=first("TransactWriteItems", fault)):
        try:
            payday.run()
        except StoreUnavailable:
            payday.run()

    payday.assert_everybody_was_paid_once()


def test_a_recipient_that_others_hold_is_waited_for(payday: Payday) -> None:
    payday.office.fund(payday.job_id)
    with Wire(payday.bank.client, before=cancel("wallets", times=3)):
        payday.run()

    payday.assert_everybody_was_paid_once()


def test_a_lane_without_a_batch_that_can_commit_says_so_and_moves_nothing(
    payday: Payday,
) -> None:
    payday.office.fund(payday.job_id)
    throttled = answer_with("ProvisionedThroughputExceededException")

    with (
        Wire(payday.bank.client, before=every("TransactWriteItems", throttled)),
        pytest.raises(StoreUnavailable),
    ):
        payday.office.pay(payday.job_id)

    assert payday.office.progress(payday.job_id).processed_items == 0
    payday.run()
    payday.assert_everybody_was_paid_once()


def at_commit(number: int, act: Callable[[], object]) -> FaultOf:
    """Return what does something between the read and the write of the commit of that number."""
    seen = 0

    def fault_of(call: Call) -> None:
        nonlocal seen
        if call.operation == "TransactWriteItems":
            seen += 1
            if seen == number:
                act()

    return fault_of


@pytest.mark.parametrize("commit", [1, 2, 3])
@pytest.mark.parametrize("batches", [1, 2, 3])
def test_two_workers_on_one_lane_pay_each_batch_once(
    payday: Payday, commit: int, batches: int
) -> None:
    payday.office.fund(payday.job_id)

    def rival() -> None:
        payday.office.pay(payday.job_id, lane=0, batches=batches)

    with Wire(payday.bank.client, before=at_commit(commit, rival)):
        payday.office.pay(payday.job_id, lane=0)

    payday.run()
    payday.assert_everybody_was_paid_once()
    assert payday.bank.meter.counts["payroll_items_paid"] == 8


def test_two_runs_that_fund_at_once_set_the_money_aside_once(payday: Payday) -> None:
    with Wire(payday.bank.client, before=at_commit(1, lambda: payday.office.fund(payday.job_id))):
        job = payday.office.fund(payday.job_id)

    assert job.status is JobStatus.PROCESSING
    payday.run()
    payday.assert_everybody_was_paid_once()


def test_two_runs_that_settle_at_once_return_the_remainder_once(payday: Payday) -> None:
    payday.office.fund(payday.job_id)
    for lane in (0, 1):
        payday.office.pay(payday.job_id, lane)

    with Wire(payday.bank.client, before=at_commit(1, lambda: payday.office.settle(payday.job_id))):
        job = payday.office.settle(payday.job_id)

    assert job.status is JobStatus.PARTIAL
    payday.assert_everybody_was_paid_once()


def test_a_run_is_finished_by_another_that_overtakes_it_at_its_last_commit(
    payday: Payday,
) -> None:
    with Wire(payday.bank.client, before=at_commit(2, payday.run)):
        payday.run()

    payday.assert_everybody_was_paid_once()


def test_money_that_moves_on_the_same_wallets_meanwhile_is_not_lost(payday: Payday) -> None:
    bank, [ann, ben, *_] = payday.bank, payday.staff
    numbers = iter(range(100))

    def others() -> None:
        assert bank.deposit(ann, "5").code == "ok"
        assert bank.transfer(ann, ben, "5", key=f"meanwhile-{next(numbers)}").code == "ok"
        assert bank.withdraw(ben, "5").code == "ok"

    payday.office.fund(payday.job_id)
    with Wire(bank.client, before=at_commit(1, others)):
        payday.office.pay(payday.job_id, lane=0)
    payday.run()

    books = read_books(bank.client)
    books.assert_sound()
    assert {books.balance(person.wallet_id) for person in payday.staff} == {"1.00000000"}
    assert bank.meter.counts["commit_retries"] > 0


def test_a_source_that_spends_between_read_and_commit_is_read_again(payday: Payday) -> None:
    def spend() -> None:
        payday.bank.withdraw(payday.source, "0.00000001")

    with Wire(payday.bank.client, before=at_commit(1, spend)):
        job = payday.office.fund(payday.job_id)

    assert (job.status, job.failure) == (JobStatus.FAILED, "insufficient-funds")


def test_a_wallet_that_is_closed_between_read_and_commit_fails_alone(payday: Payday) -> None:
    payday.office.fund(payday.job_id)
    leaver = payday.staff[0]

    with Wire(payday.bank.client, before=at_commit(1, lambda: _close(payday.bank, leaver))):
        payday.run()

    progress = payday.office.progress(payday.job_id)
    assert (progress.paid_items, progress.failed_items) == (7, 3)
    assert payday.office.items(payday.job_id)[0].failure == "wallet-inactive"
    assert read_books(payday.bank.client).balance(leaver.wallet_id) == "0.00000000"


def test_the_progress_is_true_after_every_commit(payday: Payday) -> None:
    seen: list[tuple[int, int]] = []

    def look(_: Call) -> None:
        progress = payday.office.progress(JobId(payday.job_id))
        assert progress.processed_items == progress.paid_items + progress.failed_items
        assert progress.checkpoint <= progress.processed_items <= progress.job.total_items
        settled = [
            state.status is not ItemStatus.PENDING for state in payday.office.items(payday.job_id)
        ]
        assert all(settled[: progress.checkpoint])
        assert sum(settled) == progress.processed_items
        seen.append((progress.checkpoint, progress.processed_items))

    with Wire(payday.bank.client, after=_once_each("TransactWriteItems", look)):
        payday.run()

    assert seen == sorted(seen)
    assert seen[-1] == (10, 10)


def _once_each(operation: str, act: Callable[[Call], None]) -> FaultOf:
    """Return what looks after each call of an operation, and not at its own calls."""

    def fault_of(call: Call) -> None:
        if call.operation == operation:
            act(call)

    return fault_of


def _close(bank: Bank, account: Account) -> None:
    assert bank.change_status(account, StatusAction.CLOSE).code == "ok"
