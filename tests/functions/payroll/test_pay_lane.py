"""The middle step of a run."""

from collections.abc import Callable

import pytest

from localstack.memory.api import sample_event
from localstack.memory.payroll_functions import TIME_LEFT_MS, PayrollFunctions
from novapay.domain.errors import InvariantViolated
from novapay.domain.payroll import JobId
from novapay.task import RESERVE_MS
from tests.support.printed import Printed


@pytest.fixture
def job_id(payroll: PayrollFunctions) -> JobId:
    """Return a funded job of three batches in one lane."""
    source = payroll.api.bank.account(holding="72")
    job_id = payroll.queued(source, payroll.office.employees(72))
    payroll.task("payroll/fund_job", jobId=job_id)
    return job_id


def test_a_lane_is_paid_to_its_end_while_there_is_time(
    payroll: PayrollFunctions, job_id: JobId, printed: Callable[[], Printed]
) -> None:
    printed()

    answer = payroll.task("payroll/pay_lane", jobId=job_id)

    assert answer == {**sample_event("payroll/pay_lane"), "jobId": job_id, "done": True}
    assert payroll.office.progress(job_id).is_complete
    output = printed()
    assert output.metrics["payroll_items_paid"] == 72
    assert [line["message"] for line in output.log] == ["task"]


@pytest.mark.parametrize(
    ("left_ms", "batches"),
    [([RESERVE_MS], 0), ([RESERVE_MS + 1, RESERVE_MS], 1), ([TIME_LEFT_MS, TIME_LEFT_MS, 0], 2)],
)
def test_no_batch_is_begun_that_might_not_be_ended(
    payroll: PayrollFunctions, job_id: JobId, left_ms: list[int], batches: int
) -> None:
    answer = payroll.task("payroll/pay_lane", jobId=job_id, left_ms=left_ms)

    assert answer["done"] is False
    assert payroll.office.progress(job_id).checkpoint == batches * 24


def test_the_next_call_goes_on_from_the_checkpoint(
    payroll: PayrollFunctions, job_id: JobId
) -> None:
    payroll.task("payroll/pay_lane", jobId=job_id, left_ms=[TIME_LEFT_MS, 0])

    answer = payroll.task("payroll/pay_lane", jobId=job_id)

    assert answer["done"] is True
    assert payroll.api.sound_books().trial_balance() == {"USD": 0}


def test_a_lane_of_a_finished_job_is_done(payroll: PayrollFunctions, job_id: JobId) -> None:
    payroll.task("payroll/pay_lane", jobId=job_id)
    payroll.task("payroll/settle_job", jobId=job_id)

    assert payroll.task("payroll/pay_lane", jobId=job_id)["done"] is True


def test_a_broken_invariant_raises_the_metric_that_wakes_somebody(
    payroll: PayrollFunctions, job_id: JobId, printed: Callable[[], Printed]
) -> None:
    with pytest.raises(InvariantViolated):
        payroll.task("payroll/pay_lane", jobId=job_id, lane=7)

    assert printed().metrics["ledger_invariant_violations_total"] == 1
