"""The first look of a person on call."""

from typing import Any

from playwright.sync_api import expect

from tests.support.client import Client
from tests.support.console import Console

HOURS = 24


def figures(*faults: dict[str, Any], **totals: int) -> dict[str, Any]:
    """Return the figures of a day on which all happened in the last hour."""
    names = {
        "transfers_completed": 0,
        "fx_transfers_completed": 0,
        "transfers_refused": 0,
        "replays": 0,
        "payroll_items_paid": 0,
        "payroll_items_failed": 0,
        "ledger_invariant_violations_total": 0,
        "refused_unbalanced_posting": 0,
        **totals,
    }
    return {
        "since": "2026-04-06T11:00:00.000000Z",
        "until": "2026-04-07T11:00:00.000000Z",
        "periodSeconds": 3600,
        "figures": [
            {"name": name, "total": total, "hourly": [0] * (HOURS - 1) + [total]}
            for name, total in names.items()
        ],
        "faults": list(faults),
    }


def test_balanced_books_are_said_to_balance(console: Console, client: Client) -> None:
    client.open_wallet("USD", holding="100")

    console.sign_in()

    console.sees("The books balance")
    row = console.panel("Trial balance").get_by_role("row").filter(has_text="USD")
    expect(row.locator("td.sum")).to_have_text("0.00")


def test_books_that_do_not_balance_are_an_alarm(console: Console) -> None:
    row = {"currency": "USD", "clients": "112.50000000", "settlement": "-100.00000000"}
    rest = {
        "liquidity": "0.00000000",
        "float": "0.00000000",
        "held": "0.00000000",
        "sum": "12.50000000",
    }
    books = {"asOf": "2026-04-07T10:00:00.000000Z", "balanced": False, "wallets": 2}
    found = {"violations": [], "violationsTotal": 0}
    console.answer("/admin/trial-balance", {**books, **found, "currencies": [{**row, **rest}]})

    console.sign_in()

    alarm = console.page.get_by_role("alert")
    expect(alarm).to_contain_text("The books do not balance")
    expect(alarm).to_contain_text("USD by 12.50")


def test_wallets_that_are_in_no_sum_are_named(console: Console) -> None:
    ids = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(6)]
    violations = [
        {"walletId": wallet_id, "reason": "missing-entry", "sequence": 7} for wallet_id in ids
    ]
    books = {"asOf": "2026-04-07T10:00:00.000000Z", "balanced": False, "wallets": 6}
    found = {"violations": violations, "violationsTotal": 6, "currencies": []}
    console.answer("/admin/trial-balance", {**books, **found})

    console.sign_in()

    alarm = console.page.get_by_role("alert")
    expect(alarm.get_by_role("link")).to_have_text(ids[:5])
    expect(alarm).to_contain_text("missing entry")
    expect(alarm).to_contain_text("and 1 more")


def test_the_audit_log_is_checked(console: Console) -> None:
    console.sign_in()

    console.sees("The audit log is intact")


def test_the_day_is_shown_in_figures(console: Console) -> None:
    day = figures(transfers_completed=1204, transfers_refused=7, refused_insufficient_funds=7)
    console.answer("/admin/figures", day)

    console.sign_in()

    panel = console.panel("Last 24 hours")
    expect(panel).to_contain_text("1,204")
    expect(panel.get_by_role("row").filter(has_text="Insufficient funds")).to_contain_text("7")


def test_a_day_without_figures_says_what_to_do(console: Console) -> None:
    console.answer("/admin/figures", figures())

    console.sign_in()

    console.sees("Nothing was counted since")


def test_a_fault_is_shown_with_its_request_and_can_be_tried_again(console: Console) -> None:
    problem = {
        "type": "urn:novapay:problem:store-unavailable",
        "title": "Store unavailable",
        "status": 503,
        "detail": "The database did not answer in time.",
        "code": "store-unavailable",
        "requestId": "5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c",
        "retryable": True,
    }
    console.answer("/admin/trial-balance", problem, 503)
    console.sign_in()
    console.sees("The database did not answer in time.", str(problem["requestId"]))

    console.page.unroute("**/admin/trial-balance")
    console.panel("Trial balance").get_by_role("button", name="Try again").click()

    console.sees("The books balance")
