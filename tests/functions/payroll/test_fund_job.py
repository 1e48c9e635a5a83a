"""The first step of a run."""

from collections.abc import Callable

import pytest

from localstack.memory.api import sample_event
from localstack.memory.payroll_functions import PayrollFunctions
from localstack.memory.wire import Wire, every, not_connect
from novapay.domain.errors import JobNotFound, StoreUnavailable
from tests.support.domain import id_of
from tests.support.printed import Printed

REQUEST_ID = sample_event("payroll/fund_job")["requestId"]


def test_a_funded_job_has_lanes_to_pay(payroll: PayrollFunctions) -> None:
    job_id = payroll.queued(payroll.api.bank.account(holding="1"), payroll.office.employees(1))

    answer = payroll.task("payroll/fund_job", jobId=job_id)

    assert answer == {
        "jobId": job_id,
        "requestId": REQUEST_ID,
        "status": "PROCESSING",
        "lanes": [{"jobId": job_id, "requestId": REQUEST_ID, "lane": 0}],
    }


def test_a_job_that_falls_short_has_none(payroll: PayrollFunctions) -> None:
    job_id = payroll.queued(payroll.api.bank.account(), payroll.office.employees(1))

    answer = payroll.task("payroll/fund_job", jobId=job_id)

    assert (answer["status"], answer["lanes"]) == ("FAILED", [])


def test_a_second_call_says_the_same(payroll: PayrollFunctions) -> None:
    job_id = payroll.queued(payroll.api.bank.account(holding="1"), payroll.office.employees(1))

    first, second = (payroll.task("payroll/fund_job", jobId=job_id) for _ in range(2))

    assert first == second
    payroll.api.sound_books()


def test_a_finished_job_has_nothing_left_to_pay(payroll: PayrollFunctions) -> None:
    job_id = payroll.queued(payroll.api.bank.account(holding="1"), payroll.office.employees(1))
    payroll.run(job_id)

    answer = payroll.task("payroll/fund_job", jobId=job_id)

    assert (answer["status"], answer["lanes"]) == ("COMPLETED", [])


def test_a_fault_is_raised_so_that_the_step_is_tried_again_and_logged(
    payroll: PayrollFunctions, printed: Callable[[], Printed]
) -> None:
    with (
        Wire(payroll.api.bank.client, before=every("GetItem", not_connect)),
        pytest.raises(StoreUnavailable),
    ):
        payroll.task("payroll/fund_job")

    [line] = printed().log
    assert (line["level"], line["message"], line["task"]) == ("ERROR", "failure", "fund_job")


def test_a_job_that_there_is_not_is_a_fault(payroll: PayrollFunctions) -> None:
    with pytest.raises(JobNotFound):
        payroll.task("payroll/fund_job", jobId=id_of("nothing"))
