"""GET /admin/payroll/jobs/{jobId}/items."""

from localstack.memory.desk import Desk
from localstack.memory.payroll import Office, order_for


def test_the_items_of_any_job_are_shown_page_by_page(desk: Desk) -> None:
    office = Office(desk.bank)
    employer, employee = desk.bank.account(holding="10"), desk.bank.account()
    job_id = office.queue(employer, [order_for(employee, "3"), order_for(employee, "4")])

    answer = desk.call("inspect_job_items", jobId=job_id, limit="1")

    assert [(item["itemIndex"], item["status"]) for item in answer.body] == [(1, "PENDING")]
    assert answer.headers["x-total-count"] == ["2"]
    assert answer.headers["link"] == ['<?limit=1&offset=1>; rel="next"']


def test_an_unknown_job_has_no_items(desk: Desk) -> None:
    answer = desk.call("inspect_job_items", jobId=desk.bank.new_id())

    assert (answer.status, answer.body["code"]) == (404, "payroll-job-not-found")
