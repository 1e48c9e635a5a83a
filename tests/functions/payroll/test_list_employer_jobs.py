"""GET /payroll/employers/{employerId}/jobs"""

from tests.support.api import Reply
from tests.support.domain import id_of
from tests.support.payroll_functions import PayrollFunctions


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


def test_an_id_that_is_none_is_a_400(payroll: PayrollFunctions) -> None:
    assert jobs_of(payroll, "acme").status == 400
