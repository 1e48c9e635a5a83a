"""Small things that cost a person on call time: addresses, words, targets, one fault said once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.test_overview import figures
from tests.support.client import Client, new_id
from tests.support.console import Console

PHONE = {"width": 360, "height": 740}
TARGET_PX_MIN = 24
FAILED_CHECKS = "Failed ledger checks"

LINES_OF_ITS_NUMBER = """
it => {
  const range = document.createRange();
  range.selectNodeContents([...it.childNodes].find((child) => /\\d/.test(child.data)));
  return range.getClientRects().length;
}
"""


def test_an_id_is_found_in_whatever_is_pasted(console: Console, client: Client) -> None:
    wallet = client.open_wallet("USD")
    console.sign_in()

    console.search(f"see wallet {wallet.wallet_id.upper()}, please")

    expect(console.page.get_by_role("heading", name="Client wallet")).to_be_visible()


def test_an_id_that_is_found_nowhere_says_what_cannot_be_searched(console: Console) -> None:
    console.sign_in()

    console.search(new_id())

    console.sees("Ids of users, employers, quotes and requests cannot be searched.")


def test_the_wrong_view_of_an_id_leads_to_the_right_one(console: Console, client: Client) -> None:
    sender, recipient = client.open_wallet("USD", holding="5"), client.open_wallet("USD")
    transfer = client.transfer(sender, recipient, "5").body
    console.sign_in(f"wallets/{transfer['transactionId']}")
    console.sees("No wallet has the id")

    console.page.get_by_role("link", name="Search everywhere").click()

    expect(console.page.get_by_role("heading", name="Transfer")).to_be_visible()


@pytest.mark.parametrize("address", ["search/100%", "wallets/%E0%A4%A"])
def test_an_address_that_cannot_be_read_is_nowhere(console: Console, address: str) -> None:
    console.sign_in(address)

    console.sees("Nothing here")


def test_a_failed_check_of_the_ledger_comes_first(console: Console) -> None:
    fault = {"kind": "wallet", "id": new_id(), "sequence": 3, "reason": "wrong-hash"}
    console.answer("/admin/figures", figures(fault, ledger_invariant_violations_total=1204))

    console.sign_in()

    tiles = console.page.locator(".tiles > div")
    expect(tiles.first).to_have_text(f"{FAILED_CHECKS}1")
    expect(tiles.first).to_have_class("alarm")
    expect(tiles.filter(has_text=FAILED_CHECKS)).to_have_count(1)


@pytest.mark.parametrize(
    ("kind", "sequence", "told", "view"),
    [
        ("wallet", 3, "Entry 3 of wallet {}: wrong hash", "wallets/{}"),
        ("wallet", None, "Wallet {}: wrong hash", "wallets/{}"),
        ("transaction", None, "Transaction {}: wrong hash", "transactions/{}"),
        ("payroll-job", None, "Payroll job {}: wrong hash", "payroll/{}"),
        ("audit-log", 7, "Record 7 of the audit log: wrong hash", "audit"),
        ("audit-log", None, "Audit log: wrong hash", "audit"),
        ("trial-balance", None, "Trial balance of {}: wrong hash", None),
        ("other", None, "Elsewhere: wrong hash", None),
    ],
)
def test_a_failed_check_leads_to_what_is_broken(
    console: Console, kind: str, sequence: int | None, told: str, view: str | None
) -> None:
    subject = "USD" if kind == "trial-balance" else new_id()
    fault = {"kind": kind, "id": subject, "sequence": sequence, "reason": "wrong-hash"}
    console.answer("/admin/figures", figures(fault, ledger_invariant_violations_total=1))

    console.sign_in()

    row = console.page.get_by_role("list", name=FAILED_CHECKS).get_by_role("listitem")
    shown = (
        subject
        if kind == "trial-balance"
        else f"{subject[:8]}\N{HORIZONTAL ELLIPSIS}{subject[-4:]}"
    )
    expect(row).to_have_text(told.format(shown))
    links = row.get_by_role("link")
    expect(links).to_have_count(0 if view is None else 1)
    if view is not None:
        expect(links).to_have_attribute("href", f"#/{view.format(subject)}")


def test_a_refused_unbalanced_posting_is_no_failed_check(console: Console) -> None:
    day = figures(ledger_invariant_violations_total=2, refused_unbalanced_posting=2)
    console.answer("/admin/figures", day)

    console.sign_in()

    tiles = console.page.locator(".tiles > div")
    expect(tiles.last).to_have_text(f"{FAILED_CHECKS}0")
    expect(tiles.filter(has_text="Unbalanced postings refused")).to_have_text(
        "Unbalanced postings refused2"
    )
    expect(console.page.locator(".alarm, .faults")).to_have_count(0)
    expect(console.panel("Last 24 hours")).to_contain_text("No transfer was refused.")


def test_a_check_that_failed_just_now_shows_before_it_has_a_name(console: Console) -> None:
    day = figures(ledger_invariant_violations_total=3, refused_unbalanced_posting=2)
    console.answer("/admin/figures", day)

    console.sign_in()

    expect(console.page.locator(".tiles > div").first).to_have_text(f"{FAILED_CHECKS}1")
    console.sees("Not named yet")


def test_where_no_check_failed_that_comes_last(console: Console) -> None:
    console.answer("/admin/figures", figures(transfers_completed=355))

    console.sign_in()

    expect(console.page.locator(".tiles > div").last).to_have_text(f"{FAILED_CHECKS}0")
    console.sees("busiest hour: 355")


def test_a_refused_transfer_is_called_refused_and_its_amounts_are_grouped(
    console: Console, client: Client
) -> None:
    poor, other = client.open_wallet("USD", holding="1234.5"), client.open_wallet("USD")
    refused = client.transfer(poor, other, "99999").body

    console.sign_in(f"transactions/{refused['transactionId']}")

    expect(console.page.locator(".heading")).to_have_text("TransferRefused")
    console.sees("has 1,234.50; 99,999.00 is needed.")


def test_the_system_is_called_the_system(console: Console, client: Client) -> None:
    holder = client.open_wallet("USD", holding="5")

    console.sign_in(f"transactions/{client.entries(holder)[0]['transactionId']}")

    expect(console.panel("What was asked")).to_contain_text("Senderthe system")


def test_an_empty_chain_claims_nothing(console: Console, client: Client) -> None:
    console.sign_in(f"wallets/{client.open_wallet('EUR').wallet_id}")

    expect(console.panel("Hash chain")).to_contain_text("Nothing has been posted yet.")


def test_the_focus_follows_what_was_revealed(console: Console, client: Client) -> None:
    console.sign_in(f"wallets/{client.open_wallet('EUR').wallet_id}")

    console.panel("Balance").get_by_role("button", name="Reveal").press("Enter")

    expect(console.page.get_by_text("ACC-001")).to_be_focused()


def test_whose_time_it_is_is_said(open_tab: Callable[..., Console]) -> None:
    console = open_tab(timezone_id="Asia/Kolkata")

    console.sign_in("payroll")

    console.sees("Times are local (UTC+5:30).")


def test_a_phone_shows_a_long_balance_on_one_line(
    open_tab: Callable[..., Console], client: Client
) -> None:
    console = open_tab(viewport=PHONE)
    wallet_id = client.open_wallet("USD").wallet_id

    def enrich(route: Route) -> None:
        wallet: dict[str, Any] = route.fetch().json()
        route.fulfill(json={**wallet, "balance": "999999999999.12345678"})

    console.page.route(f"**/admin/wallets/{wallet_id}", enrich)
    console.sign_in(f"wallets/{wallet_id}")

    balance = console.panel("Balance").locator(".balance .amount")
    expect(balance).to_have_text("999,999,999,999.12345678 USD")
    assert balance.evaluate(LINES_OF_ITS_NUMBER) == 1
    assert not console.is_wider_than_its_window()


def test_what_is_pressed_is_large_enough_for_a_thumb(
    open_tab: Callable[..., Console], client: Client
) -> None:
    console = open_tab(viewport=PHONE)
    console.sign_in(f"wallets/{client.open_wallet('USD', holding='5').wallet_id}")
    console.sees("The chain is intact")
    console.is_settled()

    for target in console.page.locator("button, td a, .pager a").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TARGET_PX_MIN, target.inner_text()


def test_a_long_description_wraps(console: Console, client: Client) -> None:
    sender, recipient = client.open_wallet("USD", holding="5"), client.open_wallet("USD")
    transfer = client.transfer(sender, recipient, "5", description=" ".join(["word"] * 27)).body

    console.sign_in()
    for view in (f"wallets/{sender.wallet_id}", f"transactions/{transfer['transactionId']}"):
        console.open(view)
        table = console.page.locator(".scroll").filter(has_text="word word")

        expect(table).to_be_visible()
        assert table.evaluate("it => it.scrollWidth <= it.clientWidth"), view


def test_an_api_that_is_down_is_said_once_and_asked_again(console: Console) -> None:
    console.sign_in("payroll")
    console.sees("No job was open at")
    console.page.route("**/admin/**", lambda route: route.abort())

    with console.expects_complaint("net::ERR_FAILED"):
        console.open("")

    expect(console.page.get_by_text("Not known.")).to_have_count(5)
    expect(console.page.get_by_text("The API did not answer")).to_have_count(1)
    console.page.unroute("**/admin/**")
    console.page.get_by_role("button", name="Try again").click()
    console.sees("The books balance", "The audit log is intact")
    expect(console.page.get_by_text("The API did not answer")).to_have_count(0)


def test_what_was_known_before_a_fault_is_said_to_be_old(console: Console) -> None:
    console.sign_in()
    books = console.panel("Trial balance")
    expect(books).to_contain_text("The books balance")
    expect(books).not_to_contain_text("Last known")
    console.page.route("**/admin/trial-balance", lambda route: route.abort())

    with console.expects_complaint("net::ERR_FAILED"):
        books.get_by_role("button", name="Refresh").click()

    expect(books).to_contain_text("Last known, from")
    expect(books).to_contain_text("The books balance")
