"""Accepting a payroll job: all of it or nothing, once a key."""

from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account, Bank
from localstack.memory.payroll import Office, order_for
from localstack.memory.wire import Call, ProcessDied, Wire, at, die, every, lose_the_answer
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import (
    IdempotencyKeyReused,
    StoreUnavailable,
    WalletNotFound,
)
from novapay.domain.payroll import (
    JobId,
    JobStatus,
)
from novapay.domain.wallet import UserId, WalletId
from novapay.usecases.list_jobs import list_employer_jobs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CALLS = 3
"""Read the key and the source, store the manifest, commit the job with the key."""


@pytest.fixture
def office(dynamodb: "DynamoDBClient") -> Office:
    return Office(Bank(dynamodb))


def jobs_of(office: Office, source: Account) -> list[JobId]:
    found = list_employer_jobs(office.bank.resources, source.user_id, TRUSTED)
    return [progress.job.job_id for progress in found]


def test_a_job_is_queued_with_every_item_and_started_under_its_name(office: Office) -> None:
    source, staff = office.bank.account(holding="1"), office.employees(30)

    told = office.create(source, [order_for(person, "1.5") for person in staff])

    progress = office.progress(told["jobId"])
    assert told["status"] == JobStatus.QUEUED
    assert progress.job.total_items == 30
    assert str(progress.job.total) == "45.00000000"
    assert [state.item.recipient_wallet_id for state in office.items(told["jobId"])] == [
        person.wallet_id for person in staff
    ]
    assert office.executions.inputs == {told["jobId"]: told["jobId"]}


def test_the_same_key_twice_is_one_job(office: Office) -> None:
    source, [person] = office.bank.account(holding="1"), office.employees(1)
    orders = [order_for(person, "1")]

    first = office.create(source, orders, key="april")
    second = office.create(source, orders, key="april")

    assert second == first | {"replayed": True}
    assert jobs_of(office, source) == [first["jobId"]]
    assert len(office.executions.inputs) == 1


def test_the_same_key_for_another_payroll_is_refused(office: Office) -> None:
    source, [person] = office.bank.account(holding="1"), office.employees(1)
    office.create(source, [order_for(person, "1")], key="april")

    with pytest.raises(IdempotencyKeyReused):
        office.create(source, [order_for(person, "2")], key="april")

    assert len(jobs_of(office, source)) == 1


def test_of_two_at_once_with_one_key_one_creates_and_starts_a_job(office: Office) -> None:
    source, [person] = office.bank.account(holding="1"), office.employees(1)
    orders = [order_for(person, "1")]
    rivals = iter([lambda: office.create(source, orders, key="april")])
    won = []

    def overtake(call: Call) -> None:
        rival = next(rivals, None) if call.operation == "TransactWriteItems" else None
        if rival is not None:
            won.append(rival())

    with Wire(office.bank.client, before=overtake):
        told = office.create(source, orders, key="april")

    assert told == won[0] | {"replayed": True}
    assert jobs_of(office, source) == [told["jobId"]]
    assert list(office.executions.inputs) == [told["jobId"]]


@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_death_before_the_commit_leaves_no_job(office: Office, number: int) -> None:
    source, [person] = office.bank.account(holding="1"), office.employees(1)
    orders = [order_for(person, "1")]

    with Wire(office.bank.client, before=at(number, die)), pytest.raises(ProcessDied):
        office.create(source, orders, key="april")

    assert jobs_of(office, source) == []
    assert office.recover() == []
    told = office.create(source, orders, key="april")
    assert jobs_of(office, source) == [told["jobId"]]


def test_a_death_between_the_commit_and_the_start_is_made_good_by_recovery(
    office: Office,
) -> None:
    source, [person] = office.bank.account(holding="1"), office.employees(1)
    orders = [order_for(person, "1")]
    with Wire(office.bank.client, after=at(CALLS, die)), pytest.raises(ProcessDied):
        office.create(source, orders, key="april")

    told = office.create(source, orders, key="april")

    assert told["replayed"]
    assert office.executions.inputs == {}
    assert [found.job_id for found in office.recover()] == [told["jobId"]]
    assert office.run(told["jobId"]).status is JobStatus.COMPLETED


def test_a_commit_whose_answer_is_lost_is_replayed_under_its_key(office: Office) -> None:
    source, [person] = office.bank.account(holding="1"), office.employees(1)
    orders = [order_for(person, "1")]
    with (
        Wire(office.bank.client, after=every("TransactWriteItems", lose_the_answer)),
        pytest.raises(StoreUnavailable),
    ):
        office.create(source, orders, key="april")

    told = office.create(source, orders, key="april")

    assert told["replayed"]
    assert jobs_of(office, source) == [told["jobId"]]


def test_a_source_that_is_not_there_is_not_found(office: Office) -> None:
    with pytest.raises(WalletNotFound):
        office.create(office.bank.new_account(), [])


def test_the_systems_own_money_pays_no_payroll(office: Office) -> None:
    office.bank.account(holding="1")
    [system] = [w for w in read_books(office.bank.client).wallets.values() if w["kind"] != "client"]
    source = Account(WalletId(system["walletId"]), UserId(system["userId"]))

    with pytest.raises(WalletNotFound):
        office.create(source, [])


def test_somebody_elses_money_pays_no_payroll_and_the_refusal_is_kept(office: Office) -> None:
    [owner, thief] = office.employees(2)
    source = Account(owner.wallet_id, thief.user_id)
    orders = [order_for(thief, "1")]

    first = office.create(source, orders, key="heist")
    second = office.create(source, orders, key="heist")

    assert first["code"] == "wallet-owner-mismatch"
    assert second == first | {"replayed": True}
    assert jobs_of(office, source) == []
    assert office.executions.inputs == {}


def test_an_employers_jobs_are_listed_newest_first(office: Office) -> None:
    source, [person] = office.bank.account(holding="1"), office.employees(1)
    job_ids = []
    for _ in range(3):
        office.later()
        job_ids.append(office.queue(source, [order_for(person, "1")]))

    assert jobs_of(office, source) == job_ids[::-1]
    assert jobs_of(office, person) == []
