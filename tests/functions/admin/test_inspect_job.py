"""GET /admin/payroll/jobs/{jobId}."""

from localstack.memory.desk import Desk
from localstack.memory.payroll import Office, order_for


def test_a_job_is_shown_with_its_lanes(desk: Desk) -> None:
    office = Office(desk.bank)
    employer, employee = desk.bank.account(holding="10"), desk.bank.account()
    job_id = office.queue(employer, [order_for(employee, "7")])
    office.run(job_id)

    job = desk.call("inspect_job", jobId=job_id).body

    assert (job["jobId"], job["status"], job["progress"]) == (job_id, "COMPLETED", "1/1")
    assert job["lanes"] == [{"lane": 0, "checkpoint": 1, "paidItems": 1, "failedItems": 0}]


def test_the_looking_is_logged(desk: Desk) -> None:
    job_id = desk.bank.new_id()

    answer = desk.call("inspect_job", jobId=job_id)

    assert (answer.status, answer.body["code"]) == (404, "payroll-job-not-found")
    [line] = desk.log()
    assert (line.actor, line.action, line.target) == ("ada", "inspect_job", job_id)
