"""Payroll as somebody on call watches it: jobs that start, long names, each item of a job."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.client import new_id
from tests.support.console import Console

LISTED = "/admin/payroll/jobs?limit=100"
IDLE_POLL_MS = 30_000
OPEN_POLL_MS = 2_000
PHONE = {"width": 360, "height": 740}
NAME_LENGTH_MAX = 140
BECOME = """
state => Object.defineProperty(document, "visibilityState", { value: state, configurable: true })
"""
ITEMS = 130
PAGE_SIZE = 50


def job_of(**fields: Any) -> dict[str, Any]:
    """Return a job as the API tells of it: half of it is done, unless `fields` say otherwise."""
    return {
        "jobId": new_id(),
        "employerId": new_id(),
        "sourceWalletId": new_id(),
        "jobName": "October payroll",
        "status": "PROCESSING",
        "totalItems": ITEMS,
        "processedItems": 65,
        "paidItems": 65,
        "failedItems": 0,
        "checkpoint": 65,
        "currency": "USD",
        "totalAmount": "1300.00000000",
        "paidAmount": "650.00000000",
        "failureReason": None,
        "createdAt": "2026-04-07T10:00:00.000000Z",
        "finishedAt": None,
        "lanes": [],
        **fields,
    }


CLOSED = {"processedItems": ITEMS, "checkpoint": ITEMS, "finishedAt": "2026-04-07T10:01:00.000000Z"}
COMPLETED = {**CLOSED, "status": "COMPLETED", "paidItems": ITEMS, "paidAmount": "1300.00000000"}
PARTIAL = {
    **CLOSED,
    "status": "PARTIAL",
    "paidItems": 128,
    "failedItems": 2,
    "paidAmount": "1280.00000000",
}
NOT_FUNDED = {
    "status": "FAILED",
    "failureReason": "insufficient-funds",
    "finishedAt": "2026-04-07T10:01:00.000000Z",
    "processedItems": 0,
    "paidItems": 0,
    "checkpoint": 0,
    "paidAmount": "0.00000000",
}
STOPPED = {**PARTIAL, "failureReason": "seal-broken"}


def item_of(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "itemIndex": number,
        "employeeUserId": new_id(),
        "recipientWalletId": new_id(),
        "amount": "10.00000000",
        "currency": "USD",
        "status": "PAID",
        "transactionId": new_id(),
        "failureReason": None,
        **fields,
    }


def show(console: Console, job: dict[str, Any], items: list[dict[str, Any]]) -> None:
    """Open a job's page, with these items in it."""
    path = f"/admin/payroll/jobs/{job['jobId']}"
    console.answer(path, job)
    for offset in range(0, job["totalItems"], PAGE_SIZE):
        page = items[offset : offset + PAGE_SIZE]
        console.answer(f"{path}/items?limit={PAGE_SIZE}&offset={offset}", page)
    console.answer(f"{path}/items?limit=1000&offset=0", items)
    console.sign_in(f"payroll/{job['jobId']}")


@pytest.mark.parametrize(
    ("view", "asked"), [("payroll", LISTED), ("", "/admin/payroll/jobs?limit=6")]
)
def test_a_job_that_starts_is_noticed_and_followed_to_its_end(
    console: Console, view: str, asked: str
) -> None:
    console.hold_the_clock()
    console.answer(asked, [])
    console.sign_in(view)
    console.sees("No job was open at")

    console.answer(asked, [job_of()])
    console.let_pass(IDLE_POLL_MS, timer_ms=IDLE_POLL_MS)

    console.sees("1 job was open at", "50 %")
    console.answer(asked, [job_of(**COMPLETED)])
    console.let_pass(OPEN_POLL_MS, timer_ms=OPEN_POLL_MS)
    console.sees("No job was open at", "100 %")


def test_nothing_is_asked_while_nobody_looks(console: Console) -> None:
    console.hold_the_clock()
    console.answer(LISTED, [])
    console.sign_in("payroll")
    console.sees("No job was open at")

    console.page.evaluate(BECOME, "hidden")
    with console.notes_calls() as called:
        console.let_pass(6 * IDLE_POLL_MS, timer_ms=IDLE_POLL_MS)
    assert called == []

    console.page.evaluate(BECOME, "visible")
    with console.page.expect_request(f"**{LISTED}"):
        console.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("width", [360, 390, 720])
def test_a_phone_shows_when_a_job_was_made_its_amount_and_its_failures(
    open_tab: Callable[..., Console], width: int
) -> None:
    console = open_tab(viewport={"width": width, "height": 844})
    large = {**PARTIAL, "totalAmount": "999999999999.12345678"}
    console.answer(LISTED, [job_of(), job_of(**large)])

    console.sign_in("payroll")

    whole, partial = (console.panel("Jobs").get_by_role("row").nth(number) for number in (1, 2))
    for text in ("7 Apr 2026", "1,300.00 USD"):
        expect(whole.get_by_text(text).locator("visible=true")).to_be_in_viewport(ratio=1)
    for text in ("999,999,999,999.12345678 USD", "2 failed"):
        expect(partial.get_by_text(text).locator("visible=true")).to_be_in_viewport(ratio=1)
    expect(whole).not_to_contain_text("failed")
    assert not console.is_wider_than_its_window()


@pytest.mark.parametrize("name", ["x" * NAME_LENGTH_MAX, "Bonus " * 23])
def test_a_long_name_leaves_status_and_progress_in_sight(
    open_tab: Callable[..., Console], name: str
) -> None:
    console = open_tab(viewport=PHONE)
    console.answer(LISTED, [job_of(jobName=name)])

    console.sign_in("payroll")

    row = console.panel("Jobs").get_by_role("row").nth(1)
    expect(row.get_by_text("Processing")).to_be_in_viewport(ratio=1)
    expect(row.get_by_role("progressbar")).to_be_in_viewport(ratio=1)
    expect(row.get_by_text("50 %")).to_be_in_viewport(ratio=1)
    assert not console.is_wider_than_its_window()


@pytest.mark.parametrize(
    ("fields", "told", "untold"),
    [
        ({}, "Set aside1,300.00 USD", ["Total", "Returned"]),
        (PARTIAL, "Returned20.00 USD", ["Set aside"]),
        (COMPLETED, "Total1,300.00 USD", ["Set aside", "Returned"]),
        (NOT_FUNDED, "Total1,300.00 USD", ["Set aside", "Returned"]),
        (NOT_FUNDED, "Nobody was paid.", ["The job was stopped"]),
        (STOPPED, "The job was stopped", ["Nobody was paid."]),
    ],
    ids=["processing", "partial", "completed", "not-funded", "nobody-paid", "stopped"],
)
def test_a_job_says_where_its_money_is(
    console: Console, fields: dict[str, Any], told: str, untold: list[str]
) -> None:
    show(console, job_of(**fields), [])

    summary = console.panel("Progress")
    expect(summary).to_contain_text(told)
    for text in untold:
        expect(summary).not_to_contain_text(text)


def test_each_item_leads_to_its_transaction_or_says_why_there_is_none(console: Console) -> None:
    failed = {"status": "FAILED", "transactionId": None, "failureReason": "wallet-inactive"}
    items = [item_of(1), item_of(2, **failed), item_of(3, status="PENDING", transactionId=None)]
    items += [item_of(number) for number in range(4, ITEMS + 1)]

    show(console, job_of(**PARTIAL), items)

    rows = console.panel("All items").get_by_role("row")
    paid = rows.nth(1).locator("a[href^='#/transactions/']")
    expect(paid).to_have_attribute("href", f"#/transactions/{items[0]['transactionId']}")
    expect(rows.nth(2)).to_contain_text("Wallet inactive")
    expect(rows.nth(3)).to_contain_text("not yet")
    expect(console.panel("Failed items").get_by_role("row").nth(1)).to_contain_text(
        "Wallet inactive"
    )


def test_enter_pressed_twice_goes_two_pages_on_and_each_starts_at_its_heading(
    console: Console,
) -> None:
    show(console, job_of(**COMPLETED), [item_of(number) for number in range(1, ITEMS + 1)])
    items = console.panel("All items")
    expect(items).to_contain_text("1\N{EN DASH}50 of 130")

    items.get_by_role("link", name="Next").focus()
    console.page.keyboard.press("Enter")
    expect(items).to_contain_text("51\N{EN DASH}100 of 130")
    expect(items.get_by_role("heading")).to_be_in_viewport(ratio=1)
    console.page.keyboard.press("Enter")

    expect(items).to_contain_text("101\N{EN DASH}130 of 130")
    expect(items.get_by_role("row").nth(1)).to_contain_text("101")
    expect(items.get_by_role("link", name="Next")).to_be_focused()
