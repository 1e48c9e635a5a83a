"""Every minute: recovery."""

from collections.abc import Callable

import pytest

from localstack.memory.payroll_functions import PayrollFunctions
from novapay.domain.errors import Unavailable
from novapay.domain.ports import ExecutionState
from tests.support.printed import Printed


@pytest.fixture
def job_id(payroll: PayrollFunctions) -> str:
    """Return a job that was started."""
    source = payroll.api.bank.account(holding="1")
    return payroll.queued(source, payroll.office.employees(1))


def test_a_dead_run_is_started_again_logged_and_counted(
    payroll: PayrollFunctions, job_id: str, printed: Callable[[], Printed]
) -> None:
    payroll.executions.end(job_id, ExecutionState.DEAD)
    printed()

    answer = payroll.task("operations/recover")

    request_id = payroll.executions.request_ids[job_id]
    expected = [{"jobId": job_id, "execution": f"{job_id}-1", "requestId": request_id}]
    output = printed()
    assert answer == {"recovered": expected}
    assert payroll.executions.inputs[f"{job_id}-1"] == job_id
    assert request_id
    assert payroll.executions.request_ids[f"{job_id}-1"] == request_id
    assert output.metrics["payroll_jobs_recovered"] == 1
    assert [line["recovered"] for line in output.log] == [expected]


def test_where_all_is_well_nothing_is_touched(
    payroll: PayrollFunctions, job_id: str, printed: Callable[[], Printed]
) -> None:
    assert payroll.task("operations/recover") == {"recovered": []}

    assert list(payroll.executions.inputs) == [job_id]
    assert printed().metrics["payroll_jobs_recovered"] == 0


def test_a_failure_is_raised_so_that_its_alarm_sees_it(
    payroll: PayrollFunctions, job_id: str, printed: Callable[[], Printed]
) -> None:
    payroll.executions.is_down = True
    printed()

    with pytest.raises(Unavailable):
        payroll.task("operations/recover")

    [line] = printed().log
    assert (line["message"], line["task"]) == ("failure", "recover")
    assert job_id in payroll.executions.inputs
