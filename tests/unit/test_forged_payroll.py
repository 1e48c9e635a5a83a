"""Payroll jobs that nobody accepted, or that were changed since: none of their money moves."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account, Bank
from localstack.memory.intruder import Intruder, forged_job
from localstack.memory.payroll import Office, order_for
from localstack.memory.tables import PREFIX
from novapay.domain.errors import InvariantViolated
from novapay.domain.payroll import JobId, JobStatus
from novapay.domain.ports import ExecutionState
from tests.support.domain import id_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FORGED = JobId(id_of("a forged job"))
Crime = Callable[[Intruder, JobId, Account], None]


@pytest.fixture
def office(dynamodb: "DynamoDBClient") -> Office:
    return Office(Bank(dynamodb))


@pytest.fixture
def intruder(office: Office) -> Intruder:
    return Intruder(office.bank.client, PREFIX)


def row(account: Account, index: int = 1, amount: str = "1.00000000") -> list[object]:
    return [index, account.user_id, account.wallet_id, amount, "USD"]


def items(*rows: list[object]) -> str:
    return json.dumps(rows, separators=(",", ":"))


def forge(intruder: Intruder, victim: Account, thief: Account, **fields: Any) -> None:
    """Put the two items of a job into the table, as `create_job` would."""
    for item in forged_job(victim=victim, thief=thief, job_id=FORGED, **fields):
        intruder.put("payroll", item)


def balance(office: Office, account: Account) -> str:
    books = read_books(office.bank.client)
    books.assert_sound()
    return books.balance(account.wallet_id)


FORGERIES: dict[str, dict[str, Any]] = {
    "no seal": {},
    "a guessed seal": {"seal": bytes(32)},
    "a short seal": {"seal": b"x"},
}


@pytest.mark.parametrize("fields", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_job_spends_nobodys_wallet_and_ends(
    office: Office, intruder: Intruder, fields: dict[str, Any]
) -> None:
    victim, [thief] = office.bank.account(holding="5"), office.employees(1)
    forge(intruder, victim, thief, **fields)
    intruder.put("payroll", {"jobId": FORGED, "part": "DIGESTS", "digests": bytes(32)})

    [started] = office.recover()
    with pytest.raises(InvariantViolated):
        office.fund(FORGED)
    again = office.run(FORGED)

    assert started.job_id == FORGED
    assert (again.status, again.failure) == (JobStatus.FAILED, "seal-broken")
    assert (balance(office, victim), balance(office, thief)) == ("5.00000000", "0.00000000")
    office.executions.end(FORGED, ExecutionState.SUCCEEDED)
    assert office.recover() == []


def test_a_forged_job_that_says_it_was_funded_is_settled_with_nothing(
    office: Office, intruder: Intruder
) -> None:
    victim, [thief] = office.bank.account(holding="5"), office.employees(1)
    forge(intruder, victim, thief, status="PROCESSING")
    lane = {"checkpoint": 0, "paidItems": 0, "failedItems": 0, "paid": 0}
    intruder.put("payroll", {"jobId": FORGED, "part": "LANE#000", **lane})

    assert office.pay(FORGED)
    with pytest.raises(InvariantViolated):
        office.settle(FORGED)

    assert office.settle(FORGED).failure == "seal-broken"
    assert (balance(office, victim), balance(office, thief)) == ("5.00000000", "0.00000000")


def test_a_forged_job_that_cannot_be_read_is_closed_and_holds_up_nobody(
    office: Office, intruder: Intruder
) -> None:
    victim, [thief] = office.bank.account(holding="5"), office.employees(1)
    forge(intruder, victim, thief, totalItems=10**6)
    office.executions.is_down = True
    office.later()
    honest = office.queue(victim, [order_for(thief, "1")])
    office.executions.is_down = False

    with pytest.raises(InvariantViolated):
        office.recover()

    assert set(office.executions.inputs) == {honest}
    assert intruder.get("payroll", FORGED, "JOB")["status"] == "FAILED"
    assert office.recover() == []


def other_facts(name: str, value: Any) -> Crime:
    return lambda intruder, job_id, _: intruder.change("payroll", job_id, "JOB", **{name: value})


def another_recipient(intruder: Intruder, job_id: JobId, thief: Account) -> None:
    intruder.change("payroll", job_id, "BATCH#00001", items=items(row(thief, 25)))


def another_amount(intruder: Intruder, job_id: JobId, _: Account) -> None:
    stored = json.loads(intruder.get("payroll", job_id, "BATCH#00001")["items"])
    stored[0][3] = "0.50000000"
    intruder.change("payroll", job_id, "BATCH#00001", items=items(*stored))


def swapped_batches(intruder: Intruder, job_id: JobId, _: Account) -> None:
    first, second = (intruder.get("payroll", job_id, f"BATCH#0000{n}")["items"] for n in (0, 1))
    intruder.change("payroll", job_id, "BATCH#00000", items=second)
    intruder.change("payroll", job_id, "BATCH#00001", items=first)


def no_batch(intruder: Intruder, job_id: JobId, _: Account) -> None:
    intruder.delete("payroll", job_id, "BATCH#00001")


def a_batch_that_cannot_be_read(intruder: Intruder, job_id: JobId, _: Account) -> None:
    intruder.change("payroll", job_id, "BATCH#00001", items="[" * 100_000)


def no_digests(intruder: Intruder, job_id: JobId, _: Account) -> None:
    intruder.delete("payroll", job_id, "DIGESTS")


def digests_of_another_type(intruder: Intruder, job_id: JobId, _: Account) -> None:
    intruder.change("payroll", job_id, "DIGESTS", digests="none")


OF_THE_JOB: dict[str, Crime] = {
    "employer": other_facts("employerId", id_of("thief")),
    "source": other_facts("sourceWalletId", id_of("thief's wallet")),
    "source user": other_facts("sourceUserId", id_of("thief")),
    "name": other_facts("jobName", "May"),
    "lane's sum": other_facts("laneUnits", [{"N": "7"}]),
    "lanes": other_facts("laneUnits", [{"N": "1"}, {"N": "1"}]),
    "total": other_facts("totalItems", 24),
    "time": other_facts("createdAt", "2026-04-07T10:00:00.000001Z"),
    "request": other_facts("requestId", "another"),
    "seal": other_facts("seal", bytes(32)),
    "no digests": no_digests,
    "digests of another type": digests_of_another_type,
}
OF_A_BATCH: dict[str, Crime] = {
    "recipient": another_recipient,
    "amount": another_amount,
    "missing": no_batch,
    "unreadable": a_batch_that_cannot_be_read,
}


def accepted(office: Office) -> tuple[JobId, Account, list[Account]]:
    """Return a job for 25 people in two batches, who pays it, and whom."""
    source, staff = office.bank.account(holding="30"), office.employees(25)
    return office.queue(source, [order_for(person, "1") for person in staff]), source, staff


@pytest.mark.parametrize(
    "crime",
    [*OF_THE_JOB.values(), *OF_A_BATCH.values(), swapped_batches],
    ids=[*OF_THE_JOB, *OF_A_BATCH, "swapped"],
)
def test_a_job_that_was_changed_while_it_was_queued_is_not_funded(
    office: Office, intruder: Intruder, crime: Crime
) -> None:
    job_id, source, staff = accepted(office)
    [thief] = office.employees(1)
    crime(intruder, job_id, thief)

    with pytest.raises(InvariantViolated):
        office.fund(job_id)

    again = office.fund(job_id)
    assert (again.status, again.failure) == (JobStatus.FAILED, "seal-broken")
    assert balance(office, source) == "30.00000000"
    assert {balance(office, person) for person in [*staff[:1], thief]} == {"0.00000000"}


@pytest.mark.parametrize("crime", OF_A_BATCH.values(), ids=OF_A_BATCH)
def test_a_batch_that_was_changed_after_funding_is_not_paid_and_its_money_returns(
    office: Office, intruder: Intruder, crime: Crime
) -> None:
    job_id, source, staff = accepted(office)
    [thief] = office.employees(1)
    office.fund(job_id)
    crime(intruder, job_id, thief)

    with pytest.raises(InvariantViolated):
        office.pay(job_id)

    assert office.pay(job_id)
    job = office.settle(job_id)
    progress = office.progress(job_id)
    assert (job.status, progress.paid_items, progress.failed_items) == (JobStatus.PARTIAL, 24, 1)
    assert balance(office, source) == "6.00000000"
    assert balance(office, staff[0]) == "1.00000000"
    assert {balance(office, person) for person in (staff[24], thief)} == {"0.00000000"}


def test_an_item_that_was_not_paid_for_its_seal_says_so(office: Office, intruder: Intruder) -> None:
    job_id, _, staff = accepted(office)
    office.fund(job_id)
    another_recipient(intruder, job_id, staff[0])
    with pytest.raises(InvariantViolated):
        office.pay(job_id)

    last = office.items(job_id)[-1]

    assert (last.status, last.failure) == ("FAILED", "seal-broken")


@pytest.mark.parametrize("paid", [0, 1])
@pytest.mark.parametrize("crime", OF_THE_JOB.values(), ids=OF_THE_JOB)
def test_a_job_that_was_changed_after_funding_gives_the_money_back_to_who_paid(
    office: Office, intruder: Intruder, crime: Crime, paid: int
) -> None:
    job_id, source, _ = accepted(office)
    [thief] = office.employees(1)
    office.fund(job_id)
    assert not office.pay(job_id, batches=paid)
    crime(intruder, job_id, thief)

    assert office.pay(job_id)
    with pytest.raises(InvariantViolated):
        office.settle(job_id)

    job = office.settle(job_id)
    assert job.status is (JobStatus.PARTIAL if paid else JobStatus.FAILED)
    assert job.failure == "seal-broken"
    assert balance(office, source) == f"{30 - 24 * paid}.00000000"


def test_a_finished_job_that_is_queued_again_pays_nobody_again_and_ends(
    office: Office, intruder: Intruder
) -> None:
    job_id, source, staff = accepted(office)
    office.run(job_id)
    office.bank.deposit(source, "30")
    intruder.change("payroll", job_id, "JOB", status="QUEUED", openJobs="OPEN")

    with pytest.raises(InvariantViolated):
        office.fund(job_id)

    assert office.fund(job_id).failure == "invariant-violated"
    assert (balance(office, source), balance(office, staff[0])) == ("35.00000000", "1.00000000")


def test_the_violation_is_raised_once(office: Office, intruder: Intruder) -> None:
    victim, [thief] = office.bank.account(holding="5"), office.employees(1)
    forge(intruder, victim, thief)
    raised = 0

    for _ in range(3):
        try:
            office.fund(FORGED)
        except InvariantViolated:
            raised += 1

    assert raised == 1
