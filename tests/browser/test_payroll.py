"""Payroll jobs, watched while they run."""

from playwright.sync_api import expect

from tests.support.client import Client, new_id
from tests.support.console import Console

ITEMS = 120
RUN_TIMEOUT_MS = 120_000
POLL_MS = 2_000


def test_a_job_is_watched_until_it_is_done(console: Console, client: Client) -> None:
    employer = client.open_wallet("USD", holding="10000")
    employee, stranger = client.open_wallet("USD"), new_id()
    items = [
        {
            "employeeUserId": employee.user_id,
            "recipientWalletId": stranger if number == 0 else employee.wallet_id,
            "amount": "10",
        }
        for number in range(ITEMS)
    ]
    job = client.send(
        "POST /payroll/jobs",
        {
            "employerId": employer.user_id,
            "sourceWalletId": employer.wallet_id,
            "sourceUserId": employer.user_id,
            "jobName": "Watched payroll",
            "items": items,
        },
    ).body

    console.sign_in("payroll")
    console.page.get_by_role("link", name="Watched payroll").first.click()

    heading = console.page.locator(".heading")
    expect(heading).to_contain_text("Partial", timeout=RUN_TIMEOUT_MS)
    progress = console.page.get_by_role("progressbar", name="Progress of Watched payroll")
    expect(progress).to_have_attribute("value", str(ITEMS))
    console.sees("120 of 120 items settled: 119 paid, 1 failed.")
    failed = console.panel("Failed items").get_by_role("row").nth(1)
    expect(failed).to_contain_text("Wallet not found")
    assert console.page.url.endswith(f"#/payroll/{job['jobId']}")


def test_an_open_job_is_asked_about_again_and_a_closed_one_is_not(console: Console) -> None:
    job_id = new_id()
    path = f"/admin/payroll/jobs/{job_id}"
    job = {
        "jobId": job_id,
        "employerId": new_id(),
        "sourceWalletId": new_id(),
        "jobName": "Slow payroll",
        "status": "PROCESSING",
        "processedItems": 10,
        "paidItems": 10,
        "totalItems": 40,
        "failedItems": 0,
        "checkpoint": 10,
        "totalAmount": "400.00000000",
        "paidAmount": "100.00000000",
        "failureReason": None,
        "lanes": [],
        "currency": "USD",
        "createdAt": "2026-04-07T10:00:00.000000Z",
        "finishedAt": None,
    }
    done = {**job, "status": "COMPLETED", "processedItems": 40}
    console.hold_the_clock()
    console.answer(f"{path}/items?limit=50&offset=0", [])
    console.answer(path, job)
    console.sign_in(f"payroll/{job_id}")
    console.sees("Processing", "25 %")
    with console.notes_calls() as called:
        console.let_pass(3 * POLL_MS, timer_ms=POLL_MS)
    assert path in called

    console.answer(path, done)
    console.let_pass(POLL_MS, timer_ms=POLL_MS)

    console.sees("Completed", "100 %")
    console.has_no_timer()
    with console.notes_calls() as called:
        console.page.clock.run_for(3 * POLL_MS)
    assert path not in called
