"""GET /admin/payroll/jobs."""

from localstack.memory.desk import Desk
from localstack.memory.payroll import Office, order_for


def test_the_jobs_of_all_employers_come_newest_first(desk: Desk) -> None:
    office = Office(desk.bank)
    queued = []
    for _ in range(2):
        employer, employee = desk.bank.account(holding="10"), desk.bank.account()
        queued.append(office.queue(employer, [order_for(employee, "7")]))
        office.later()

    jobs = desk.call("list_all_jobs").body

    assert [job["jobId"] for job in jobs] == queued[::-1]
    assert {job["status"] for job in jobs} == {"QUEUED"}


def test_only_so_many_jobs_are_listed_as_are_asked_for(desk: Desk) -> None:
    office = Office(desk.bank)
    employer, employee = desk.bank.account(holding="10"), desk.bank.account()
    for _ in range(2):
        office.queue(employer, [order_for(employee, "7")])

    assert len(desk.call("list_all_jobs", limit="1").body) == 1


def test_where_there_are_no_jobs_the_list_is_empty(desk: Desk) -> None:
    assert desk.call("list_all_jobs").body == []
