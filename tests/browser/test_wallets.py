"""A wallet: its balance, its statement, and where its chain is broken."""

import re

from playwright.sync_api import expect

from localstack.memory.intruder import Intruder
from tests.browser.conftest import ENTRIES
from tests.support.client import Client, Holder, new_id
from tests.support.console import Console


def test_a_wallet_is_found_by_its_id_from_the_keyboard(console: Console, wallet: Holder) -> None:
    console.sign_in()
    console.sees("The books balance")

    console.search(wallet.wallet_id)

    expect(console.page.get_by_role("heading", name="Client wallet")).to_be_focused()
    console.sees("615.25", "••••001", f"{ENTRIES} entries checked")
    assert console.page.url.endswith(f"#/wallets/{wallet.wallet_id}")


def test_the_account_number_is_shown_when_asked_for_and_that_is_logged(
    console: Console, wallet: Holder
) -> None:
    console.sign_in(f"wallets/{wallet.wallet_id}")
    balance = console.panel("Balance")
    expect(balance).to_contain_text("••••001")
    expect(balance).not_to_contain_text("ACC-001")

    balance.get_by_role("button", name="Reveal").click()

    expect(balance).to_contain_text("ACC-001")
    expect(balance.get_by_role("button", name="Reveal")).to_have_count(0)
    console.open("audit")
    rows = console.panel("Records").get_by_role("row")
    looked = rows.filter(has_text="reveal_account_number").first
    expect(looked.get_by_role("link")).to_have_attribute("href", f"#/wallets/{wallet.wallet_id}")


def test_a_frozen_wallet_says_so(console: Console, client: Client) -> None:
    frozen = client.open_wallet("USD")
    asked = {"reason": "A stolen phone"}
    client.send(f"POST /accounts/wallets/{frozen.wallet_id}/freeze", asked)

    console.sign_in(f"wallets/{frozen.wallet_id}")

    console.sees("Client wallet", "Frozen")


def test_a_number_that_cannot_be_revealed_stays_masked_and_says_why(
    console: Console, wallet: Holder
) -> None:
    console.answer("/account-number", {"title": "Unavailable", "status": 503, "code": "unavailable",
                                       "detail": "Try again."}, status=503)  # fmt: skip
    console.sign_in(f"wallets/{wallet.wallet_id}")
    balance = console.panel("Balance")

    balance.get_by_role("button", name="Reveal").click()

    expect(balance.get_by_role("alert")).to_contain_text("Try again.")
    expect(balance).to_contain_text("••••001")
    expect(balance.get_by_role("button", name="Reveal")).to_be_enabled()


def test_its_statement_is_read_page_by_page(console: Console, wallet: Holder) -> None:
    console.sign_in(f"wallets/{wallet.wallet_id}")
    statement = console.panel("Statement")
    expect(statement).to_contain_text("1\N{EN DASH}25 of 28")
    expect(statement.get_by_role("row").nth(1)).to_contain_text("rent 27")

    statement.get_by_role("link", name="Older").click()

    expect(statement).to_contain_text("26\N{EN DASH}28 of 28")
    expect(statement.get_by_role("row").last).to_contain_text("+1,000.00")
    assert console.page.url.endswith("?offset=25")
    console.page.go_back()
    expect(statement).to_contain_text("1\N{EN DASH}25 of 28")


def test_a_changed_entry_is_pointed_at(
    console: Console, wallet: Holder, intruder: Intruder
) -> None:
    intruder.change("ledger", wallet.wallet_id, 2, amount="900.00000000")
    console.sign_in(f"wallets/{wallet.wallet_id}")
    console.sees("The chain breaks at entry 2", "Its fields are not those that were hashed.")

    console.page.get_by_role("link", name="Show it").click()

    row = console.panel("Statement").get_by_role("row").filter(has_text="broken here")
    expect(row).to_have_attribute("data-row", "2")


def test_a_deleted_entry_is_pointed_at_where_it_was(
    console: Console, wallet: Holder, intruder: Intruder
) -> None:
    intruder.delete("ledger", wallet.wallet_id, 27)

    console.sign_in(f"wallets/{wallet.wallet_id}")

    console.sees("Entry 27 is missing")
    rows = console.panel("Statement").get_by_role("row")
    expect(rows.nth(2)).to_have_attribute("data-row", "27")
    expect(rows.nth(2)).to_contain_text("missing")


def test_a_wallet_without_entries_says_so(console: Console, client: Client) -> None:
    console.sign_in(f"wallets/{client.open_wallet('EUR').wallet_id}")

    console.sees("Nothing has been posted to this wallet yet.")


def test_an_id_that_nothing_has_is_not_found(console: Console) -> None:
    console.sign_in()

    console.search(new_id())

    console.sees("No wallet, transaction or payroll job has the id")


def test_what_is_no_id_is_not_asked_for(console: Console) -> None:
    console.sign_in()

    console.search("ACC-001")

    console.sees("is not an id")


def test_an_id_can_be_copied(console: Console, wallet: Holder) -> None:
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.sign_in(f"wallets/{wallet.wallet_id}")

    console.page.get_by_role("button", name=re.compile("Copy wallet id")).click()

    expect(console.page.locator("#announcer")).to_have_text("wallet id copied")
    assert console.page.evaluate("navigator.clipboard.readText()") == wallet.wallet_id
