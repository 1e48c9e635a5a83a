"""GET /payroll/employers/{employerId}/jobs"""

from localstack.memory.api import Reply
from localstack.memory.payroll_functions import PayrollFunctions, item
from novapay.domain.caller import Caller, Scope
from tests.support.domain import id_of


def jobs_of(payroll: PayrollFunctions, employer_id: str) -> Reply:
    return payroll.api.call("payroll/list_employer_jobs", path={"employerId": employer_id})


def test_an_employers_jobs_come_newest_first_as_they_stand(payroll: PayrollFunctions) -> None:
    source, staff = payroll.api.bank.account(holding="3"), payroll.office.employees(2)
    older = payroll.queued(source, staff)
    payroll.run(older)
    payroll.office.later()
    newer = payroll.queued(source, staff)

    reply = jobs_of(payroll, source.user_id)

    assert reply.status == 200
    assert [(job["jobId"], job["status"]) for job in reply.body] == [
        (newer, "QUEUED"),
        (older, "COMPLETED"),
    ]
    assert reply.body[1] == payroll.api.call("payroll/get_job", path={"jobId": older}).body


def test_another_employer_sees_none_of_them(payroll: PayrollFunctions) -> None:
    payroll.queued(payroll.api.bank.account(), payroll.office.employees(1))

    assert jobs_of(payroll, id_of("somebody else")).body == []


def test_jobs_of_others_under_the_same_employer_hide_none_of_ones_own(
    payroll: PayrollFunctions,
) -> None:
    own, stranger = payroll.api.bank.account(), payroll.api.bank.account()
    staff = [item(person) for person in payroll.office.employees(1)]
    job_id = payroll.create(own, staff, key=None).body["jobId"]
    for _ in range(51):
        payroll.office.later()
        payroll.create(stranger, staff, key=None, fields={"employerId": own.user_id})
    caller = Caller(own.user_id, own.user_id, frozenset({Scope.PAYROLL}))

    seen = payroll.api.call(
        "payroll/list_employer_jobs", path={"employerId": own.user_id}, caller=caller
    )

    assert [job["jobId"] for job in seen.body] == [job_id]


def test_an_id_that_is_none_is_a_400(payroll: PayrollFunctions) -> None:
    assert jobs_of(payroll, "acme").status == 400
