"""Recovery: whatever nobody works on is set going, once, and whatever runs is left alone."""

from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account, Bank
from localstack.memory.payroll import NotedExecutions, Office, order_for
from localstack.memory.wire import Call, ProcessDied, Wire, at, die
from novapay.domain.errors import Unavailable
from novapay.domain.payroll import (
    JobId,
    JobStatus,
)
from novapay.domain.ports import ExecutionState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def office(dynamodb: "DynamoDBClient") -> Office:
    return Office(Bank(dynamodb))


def queued_job(office: Office) -> tuple[JobId, Account]:
    """Return a job that was accepted and started, and whom it will pay."""
    [person] = office.employees(1)
    office.later()
    return office.queue(office.bank.account(holding="1"), [order_for(person, "1")]), person


def names(office: Office) -> list[str]:
    return [recovered.execution_name for recovered in office.recover()]


def test_a_job_whose_start_failed_is_accepted_and_started_by_recovery(office: Office) -> None:
    office.executions.is_down = True
    job_id, _ = queued_job(office)
    office.executions.is_down = False

    assert names(office) == [job_id]

    assert office.executions.inputs == {job_id: job_id}
    assert office.bank.meter.counts["payroll_starts_deferred"] == 1
    assert office.bank.meter.counts["payroll_jobs_recovered"] == 1


def test_a_job_that_runs_is_left_alone(office: Office) -> None:
    queued_job(office)

    assert office.recover() == []

    assert len(office.executions.inputs) == 1


@pytest.mark.parametrize("ended", [ExecutionState.DEAD, ExecutionState.SUCCEEDED])
def test_a_job_whose_run_ended_without_it_runs_again_under_the_next_name(
    office: Office, ended: ExecutionState
) -> None:
    job_id, person = queued_job(office)
    office.fund(job_id)
    office.executions.end(job_id, ended)

    assert names(office) == [f"{job_id}-1"]
    assert names(office) == []

    office.run(JobId(office.executions.inputs[f"{job_id}-1"]))
    assert read_books(office.bank.client).balance(person.wallet_id) == "1.00000000"


def test_a_run_that_dies_again_and_again_gets_a_new_name_each_time(office: Office) -> None:
    job_id, _ = queued_job(office)

    for attempt in range(1, 4):
        office.executions.end(office.progress(job_id).job.execution_name, ExecutionState.DEAD)
        assert names(office) == [f"{job_id}-{attempt}"]


@pytest.mark.parametrize("steps", ["completed", "failed"])
def test_a_finished_job_is_nobodys_business(office: Office, steps: str) -> None:
    job_id, _ = queued_job(office)
    if steps == "failed":
        source, person = office.bank.account(holding="1"), office.employees(1)[0]
        job_id = office.queue(source, [order_for(person, "2")])
    office.run(job_id)
    office.executions.end(job_id, ExecutionState.DEAD)

    recovered = [found.job_id for found in office.recover()]

    assert job_id not in recovered


def test_a_job_that_finishes_while_recovery_looks_is_not_counted_as_recovered(
    office: Office,
) -> None:
    job_id, _ = queued_job(office)

    class FinishesMeanwhile(NotedExecutions):
        def state(self, name: str) -> ExecutionState:
            office.run(JobId(name))
            return ExecutionState.SUCCEEDED

    office.executions = FinishesMeanwhile()

    assert office.recover() == []

    assert office.executions.inputs == {}
    assert office.progress(job_id).job.status is JobStatus.COMPLETED
    assert office.progress(job_id).job.attempt == 0


def test_two_recoveries_at_once_start_one_run(office: Office) -> None:
    job_id, _ = queued_job(office)
    office.executions.end(job_id, ExecutionState.DEAD)
    rivals = iter([office.recover])

    def overtake(call: Call) -> None:
        rival = next(rivals, None) if call.operation == "TransactWriteItems" else None
        if rival is not None:
            rival()

    with Wire(office.bank.client, before=overtake):
        office.recover()

    assert set(office.executions.inputs) == {job_id, f"{job_id}-1"}
    assert office.progress(job_id).job.attempt == 1


def test_recovery_that_dies_at_any_call_is_done_by_the_next(office: Office) -> None:
    job_id, _ = queued_job(office)
    office.executions.end(job_id, ExecutionState.DEAD)
    calls = 4  # find, look, look again, give the dead run up

    for number in range(1, calls + 1):
        with Wire(office.bank.client, before=at(number, die)), pytest.raises(ProcessDied):
            office.recover()

    with Wire(office.bank.client) as wire:
        assert names(office) == [f"{job_id}-1"]
    assert len(wire.calls) == calls


def test_a_run_that_was_given_up_but_never_started_is_started(office: Office) -> None:
    job_id, _ = queued_job(office)
    office.executions.end(job_id, ExecutionState.DEAD)
    with Wire(office.bank.client, after=at(4, die)), pytest.raises(ProcessDied):
        office.recover()

    assert names(office) == [f"{job_id}-1"]
    assert office.progress(job_id).job.attempt == 1


def test_recovery_says_when_nobody_answers_and_has_changed_nothing(office: Office) -> None:
    job_id, _ = queued_job(office)
    office.executions.is_down = True

    with pytest.raises(Unavailable):
        office.recover()

    assert office.progress(job_id).job.attempt == 0


def test_the_oldest_jobs_are_set_going_first(office: Office) -> None:
    office.executions.is_down = True
    job_ids = [queued_job(office)[0] for _ in range(3)]
    office.executions.is_down = False

    assert names(office) == job_ids


def test_recovery_looks_at_as_many_jobs_as_it_has_time_for(office: Office) -> None:
    office.executions.is_down = True
    first, second, _ = [queued_job(office)[0] for _ in range(3)]
    office.executions.is_down = False

    recovered = [found.job_id for found in office.recover(jobs=2)]

    assert recovered == [first, second]


def test_many_jobs_that_run_do_not_hide_a_younger_one_that_does_not(office: Office) -> None:
    for _ in range(101):
        queued_job(office)
    office.executions.is_down = True
    job_id, _ = queued_job(office)
    office.executions.is_down = False

    assert names(office) == [job_id]


def test_a_job_about_which_nobody_answers_holds_up_none_of_the_others(office: Office) -> None:
    job_ids = [queued_job(office)[0] for _ in range(3)]
    for job_id in job_ids:
        office.executions.end(job_id, ExecutionState.DEAD)
    office.executions.unanswered = {job_ids[0]}

    with pytest.raises(Unavailable):
        office.recover()

    started = list(office.executions.inputs)[3:]
    assert started == [f"{job_ids[1]}-1", f"{job_ids[2]}-1"]


def test_a_dead_run_that_wakes_up_beside_the_next_pays_nobody_twice(office: Office) -> None:
    job_id, person = queued_job(office)
    office.fund(job_id)
    office.executions.end(job_id, ExecutionState.DEAD)
    office.recover()

    office.run(job_id)  # the next run
    office.run(job_id)  # the one that was thought dead

    books = read_books(office.bank.client)
    books.assert_sound()
    assert books.balance(person.wallet_id) == "1.00000000"
