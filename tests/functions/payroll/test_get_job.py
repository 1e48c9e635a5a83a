"""GET /payroll/jobs/{jobId}"""

from localstack.memory.api import Reply
from localstack.memory.payroll_functions import PayrollFunctions
from tests.support.domain import id_of


def get(payroll: PayrollFunctions, job_id: str) -> Reply:
    return payroll.api.call("payroll/get_job", path={"jobId": job_id})


def test_a_queued_job_has_done_nothing(payroll: PayrollFunctions) -> None:
    source, staff = payroll.api.bank.account(holding="30"), payroll.office.employees(30)
    job_id = payroll.queued(source, staff)

    reply = get(payroll, job_id)

    assert reply.status == 200
    assert reply.body == {
        "jobId": job_id,
        "employerId": source.user_id,
        "sourceWalletId": source.wallet_id,
        "jobName": "April 2026 Payroll",
        "status": "QUEUED",
        "totalItems": 30,
        "processedItems": 0,
        "paidItems": 0,
        "failedItems": 0,
        "checkpoint": 0,
        "progress": "0/30",
        "currency": "USD",
        "totalAmount": "30.00000000",
        "paidAmount": "0.00000000",
        "failureReason": None,
        "createdAt": "2026-04-07T10:00:00.000000Z",
        "finishedAt": None,
        "lanes": [],
    }


def test_a_job_halfway_says_how_far_it_is(payroll: PayrollFunctions) -> None:
    source, staff = payroll.api.bank.account(holding="30"), payroll.office.employees(29)
    job_id = payroll.queued(source, [payroll.api.bank.new_account(), *staff])
    [lane] = payroll.task("payroll/fund_job", jobId=job_id)["lanes"]
    payroll.task("payroll/pay_lane", **lane, left_ms=[120_000, 0])

    body = get(payroll, job_id).body

    assert (body["status"], body["progress"], body["checkpoint"]) == ("PROCESSING", "24/30", 24)
    assert (body["paidItems"], body["failedItems"]) == (23, 1)
    assert body["paidAmount"] == "23.00000000"
    assert body["lanes"] == [{"lane": 0, "checkpoint": 1, "paidItems": 23, "failedItems": 1}]


def test_a_finished_job_says_when(payroll: PayrollFunctions) -> None:
    source, staff = payroll.api.bank.account(holding="30"), payroll.office.employees(30)
    job_id = payroll.queued(source, staff)
    payroll.run(job_id)

    body = get(payroll, job_id).body

    assert (body["status"], body["progress"], body["checkpoint"]) == ("COMPLETED", "30/30", 30)
    assert body["finishedAt"] == "2026-04-07T10:00:00.000000Z"


def test_a_job_that_fell_short_says_why(payroll: PayrollFunctions) -> None:
    source, staff = payroll.api.bank.account(holding="29"), payroll.office.employees(30)
    job_id = payroll.queued(source, staff)
    payroll.run(job_id)

    body = get(payroll, job_id).body

    assert (body["status"], body["failureReason"]) == ("FAILED", "insufficient-funds")
    assert (body["processedItems"], body["lanes"]) == (0, [])


def test_an_unknown_job_is_a_404(payroll: PayrollFunctions) -> None:
    reply = get(payroll, id_of("nothing"))

    assert (reply.status, reply.code) == (404, "payroll-job-not-found")


def test_an_id_that_is_none_is_a_400(payroll: PayrollFunctions) -> None:
    assert get(payroll, "april").status == 400
