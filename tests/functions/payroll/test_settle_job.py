"""The last step of a run."""

import pytest

from localstack.memory.payroll_functions import PayrollFunctions
from novapay.domain.errors import InvariantViolated


def test_what_was_not_paid_returns_and_the_job_is_closed(payroll: PayrollFunctions) -> None:
    source, stranger = payroll.api.bank.account(holding="3"), payroll.api.bank.new_account()
    job_id = payroll.queued(source, [*payroll.office.employees(2), stranger])
    payroll.task("payroll/fund_job", jobId=job_id)
    payroll.task("payroll/pay_lane", jobId=job_id)

    answers = [payroll.task("payroll/settle_job", jobId=job_id) for _ in range(2)]

    assert answers == [{"jobId": job_id, "status": "PARTIAL"}] * 2
    assert payroll.api.sound_books().balance(source.wallet_id) == "1.00000000"


def test_a_job_with_lanes_to_pay_is_not_closed(payroll: PayrollFunctions) -> None:
    source = payroll.api.bank.account(holding="2")
    job_id = payroll.queued(source, payroll.office.employees(2))
    payroll.task("payroll/fund_job", jobId=job_id)

    with pytest.raises(InvariantViolated):
        payroll.task("payroll/settle_job", jobId=job_id)
