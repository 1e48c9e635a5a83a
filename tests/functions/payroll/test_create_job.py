"""POST /payroll/jobs"""

import tracemalloc
from collections.abc import Callable

import pytest

from localstack.memory.bank import EUR, Account
from localstack.memory.payroll_functions import PayrollFunctions, item
from novapay.domain.payroll import ITEMS_MAX
from novapay.http.body import JOB_BODY_BYTES_MAX
from tests.support.domain import id_of
from tests.support.printed import Printed

FAULTS_MAX = 100


@pytest.fixture
def source(payroll: PayrollFunctions) -> Account:
    return payroll.api.bank.account(holding="100")


@pytest.fixture
def person(payroll: PayrollFunctions) -> Account:
    return payroll.api.bank.account()


def test_a_job_is_accepted_queued_and_started(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    reply = payroll.create(source, [item(person, "5000")])

    job_id = reply.body["jobId"]
    assert reply.status == 201
    assert reply.body == {
        "jobId": job_id,
        "status": "QUEUED",
        "totalItems": 1,
        "message": "Payroll job queued successfully",
    }
    assert payroll.executions.inputs == {job_id: job_id}


def test_an_item_is_in_the_sources_currency_unless_said(payroll: PayrollFunctions) -> None:
    source, person = payroll.api.bank.account(EUR), payroll.api.bank.account(EUR)

    job_id = payroll.queued(source, [person])

    [state] = payroll.office.items(job_id)
    assert state.item.amount.currency == "EUR"


def test_as_many_items_as_a_job_takes_are_accepted_in_one_call(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    reply = payroll.create(source, [item(person)] * ITEMS_MAX)

    assert (reply.status, reply.body["totalItems"]) == (201, ITEMS_MAX)


def test_one_more_is_a_400_that_points_at_the_items(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    reply = payroll.create(source, [item(person)] * (ITEMS_MAX + 1))

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == ["/items"]
    assert payroll.executions.inputs == {}


def test_no_items_at_all_are_a_400(payroll: PayrollFunctions, source: Account) -> None:
    assert payroll.create(source, []).pointers == ["/items"]


def test_every_bad_item_is_pointed_at(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    good = item(person)

    reply = payroll.create(
        source,
        [
            good,
            item(person, "0"),
            good,
            item(person, 5),
            item(person, employeeUserId="nobody"),
            item(person, recipientWalletId=None),
            item(person, currency="usd"),
            item(person, bonus="1"),
            "an item",
        ],
    )

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == [
        "/items/1/amount",
        "/items/3/amount",
        "/items/4/employeeUserId",
        "/items/5/recipientWalletId",
        "/items/6/currency",
        "/items/7/bonus",
        "/items/8",
    ]
    assert payroll.executions.inputs == {}


def test_so_many_bad_items_are_named_and_no_more(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    reply = payroll.create(source, [item(person, "0")] * (FAULTS_MAX + 1))

    assert len(reply.pointers) == FAULTS_MAX
    assert reply.pointers[-1] == f"/items/{FAULTS_MAX - 1}/amount"


def test_the_longest_body_of_nothing_but_faults_is_answered_in_little_memory(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    faulty = {**item(person), **{f"x{number}": 0 for number in range(20)}}
    tracemalloc.start()

    reply = payroll.create(source, [faulty] * 12_000)

    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (reply.status, len(reply.pointers)) == (400, FAULTS_MAX)
    assert peak_bytes < 200 * 2**20


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"employerId": "acme"}, "/employerId"),
        ({"sourceWalletId": 1}, "/sourceWalletId"),
        ({"sourceUserId": None}, "/sourceUserId"),
        ({"jobName": ""}, "/jobName"),
        ({"jobName": "x" * 141}, "/jobName"),
        ({"jobName": "April\n"}, "/jobName"),
        ({"items": "all"}, "/items"),
        ({"currency": "USD"}, "/currency"),
    ],
)
def test_a_fault_is_pointed_at(
    payroll: PayrollFunctions,
    source: Account,
    person: Account,
    fields: dict[str, object],
    pointer: str,
) -> None:
    reply = payroll.create(source, [item(person)], fields=fields)

    assert (reply.status, reply.pointers) == (400, [pointer])


def test_a_name_as_long_as_it_may_be_is_taken(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    assert payroll.create(source, [item(person)], fields={"jobName": "x" * 140}).status == 201


def test_a_body_over_the_limit_is_a_413(payroll: PayrollFunctions) -> None:
    reply = payroll.api.call("payroll/create_job", text=" " * (JOB_BODY_BYTES_MAX + 1))

    assert (reply.status, reply.code) == (413, "payload-too-large")


def test_a_source_that_there_is_not_is_a_404(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    reply = payroll.create(source, [item(person)], fields={"sourceWalletId": id_of("nothing")})

    assert (reply.status, reply.code) == (404, "wallet-not-found")


def test_somebody_elses_source_is_refused(
    payroll: PayrollFunctions, source: Account, person: Account
) -> None:
    reply = payroll.create(source, [item(person)], fields={"sourceUserId": person.user_id})

    assert (reply.status, reply.code) == (422, "wallet-owner-mismatch")
    assert payroll.executions.inputs == {}


class TestUnderAKey:
    """The key is optional here; once sent, it counts."""

    def test_the_same_request_is_one_job(
        self, payroll: PayrollFunctions, source: Account, person: Account
    ) -> None:
        first = payroll.create(source, [item(person, "5")], key="april")
        again = payroll.create(source, [item(person, "5.0")], key="april")

        assert again.is_replay
        assert (again.status, again.text) == (first.status, first.text)
        assert list(payroll.executions.inputs) == [first.body["jobId"]]

    def test_another_payload_is_a_conflict(
        self, payroll: PayrollFunctions, source: Account, person: Account
    ) -> None:
        payroll.create(source, [item(person, "5")], key="april")

        reply = payroll.create(source, [item(person, "6")], key="april")

        assert (reply.status, reply.code) == (409, "idempotency-key-reused")
        assert len(payroll.executions.inputs) == 1

    def test_without_a_key_each_request_is_a_job(
        self, payroll: PayrollFunctions, source: Account, person: Account
    ) -> None:
        for _ in range(2):
            payroll.create(source, [item(person)], key=None)

        assert len(payroll.executions.inputs) == 2


def test_a_run_that_cannot_be_started_does_not_cost_the_acceptance(
    payroll: PayrollFunctions,
    source: Account,
    person: Account,
    printed: Callable[[], Printed],
) -> None:
    payroll.executions.is_down = True

    reply = payroll.create(source, [item(person)])

    assert reply.status == 201
    metrics = printed().metrics
    assert metrics["payroll_starts_deferred"] == metrics["payroll_jobs_created"] == 1


def test_no_name_and_no_amount_is_logged(
    payroll: PayrollFunctions,
    source: Account,
    person: Account,
    printed: Callable[[], Printed],
) -> None:
    payroll.create(source, [item(person, "4711.42")], fields={"jobName": "Secret bonus"})
    payroll.create(source, [item(person, "4711,42")], fields={"jobName": "Secret bonus"})

    text = printed().text
    assert "4711" not in text
    assert "Secret" not in text
    assert person.user_id not in text


def test_every_line_of_a_jobs_log_has_the_id_of_the_request_that_created_it(
    payroll: PayrollFunctions, printed: Callable[[], Printed]
) -> None:
    source, staff = payroll.api.bank.account(holding="2"), payroll.office.employees(2)
    printed()

    created = payroll.create(source, [item(person, "1") for person in staff], key=None)
    payroll.run(created.body["jobId"])

    lines = printed().log
    names = [line.get("task", line["message"]) for line in lines]
    assert names == ["request", "fund_job", "pay_lane", "settle_job"]
    assert {line["request_id"] for line in lines} == {created.headers["x-request-id"]}
