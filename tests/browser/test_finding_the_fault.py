"""From an alarm to the entry that it is about."""

import pytest
from playwright.sync_api import expect

from localstack.memory.intruder import Intruder
from tests.support.client import Client, Holder
from tests.support.console import Console


@pytest.mark.parametrize("sequence", [5, 2], ids=["same-page", "next-page"])
def test_show_it_goes_to_the_broken_row_each_time(
    console: Console, wallet: Holder, intruder: Intruder, sequence: int
) -> None:
    intruder.change("ledger", wallet.wallet_id, sequence, amount="900.00000000")
    console.sign_in(f"wallets/{wallet.wallet_id}")
    link = console.page.get_by_role("link", name="Show it")
    row = console.page.locator(f"tr[data-row='{sequence}']")

    for _ in range(2):
        link.click()

        expect(row).to_be_focused()
        expect(row).to_be_in_viewport(ratio=1)
        console.page.evaluate("scrollTo(0, 0)")


def test_a_page_past_the_end_leads_back(console: Console, wallet: Holder) -> None:
    console.sign_in(f"wallets/{wallet.wallet_id}?offset=500")
    console.sees("This page is past the end.")

    console.page.get_by_role("link", name="Go to the newest").click()

    console.sees("1\N{EN DASH}25 of 28")


def test_one_entry_before_the_fault_is_one(
    console: Console, wallet: Holder, intruder: Intruder
) -> None:
    intruder.change("ledger", wallet.wallet_id, 2, amount="900.00000000")

    console.sign_in(f"wallets/{wallet.wallet_id}")

    console.sees("The 1 entry before it is intact.")


def test_a_changed_entry_of_a_transaction_is_named(
    console: Console, client: Client, intruder: Intruder
) -> None:
    sender, recipient = client.open_wallet("USD", holding="100"), client.open_wallet("USD")
    transfer = client.transfer(sender, recipient, "40").body
    intruder.change("ledger", sender.wallet_id, 2, amount="41.00000000")

    console.sign_in(f"transactions/{transfer['transactionId']}")

    alarm = console.page.get_by_role("alert")
    expect(alarm).to_contain_text("An entry is not as it was posted. Entry 2 of wallet")
    expect(alarm.get_by_role("link")).to_have_attribute("href", f"#/wallets/{sender.wallet_id}")
    broken = console.panel("Entries").locator("tr.broken")
    expect(broken).to_have_count(1)
    expect(broken).to_contain_text("\N{MINUS SIGN}41.00 USD")


def test_a_description_that_was_changed_is_named_too(
    console: Console, client: Client, intruder: Intruder
) -> None:
    sender, recipient = client.open_wallet("USD", holding="100"), client.open_wallet("USD")
    transfer = client.transfer(sender, recipient, "40", description="Miete für Mai ☂").body
    intruder.change("ledger", recipient.wallet_id, 1, description="Miete für Juni")

    console.sign_in(f"transactions/{transfer['transactionId']}")

    alarm = console.page.get_by_role("alert")
    expect(alarm.get_by_role("link")).to_have_attribute("href", f"#/wallets/{recipient.wallet_id}")
    expect(console.panel("Entries").locator("tr.broken")).to_contain_text("Miete für Juni")


def test_nothing_is_guessed_while_the_entries_are_on_their_way(
    console: Console, client: Client, intruder: Intruder
) -> None:
    sender, recipient = client.open_wallet("USD", holding="100"), client.open_wallet("USD")
    transfer = client.transfer(sender, recipient, "40").body
    intruder.change("ledger", recipient.wallet_id, 1, amount="41.00000000")
    entries = console.hold(f"/admin/ledger/transactions/{transfer['transactionId']}")

    console.sign_in(f"transactions/{transfer['transactionId']}")

    alarm = console.page.get_by_role("alert")
    expect(alarm).to_contain_text("An entry is not as it was posted.")
    expect(alarm.get_by_role("link")).to_have_count(0)
    entries.release()
    expect(alarm.get_by_role("link")).to_have_attribute("href", f"#/wallets/{recipient.wallet_id}")


def test_a_missing_entry_leads_to_both_chains(
    console: Console, client: Client, intruder: Intruder
) -> None:
    sender, recipient = client.open_wallet("USD", holding="100"), client.open_wallet("USD")
    transfer = client.transfer(sender, recipient, "40").body
    intruder.delete("ledger", recipient.wallet_id, 1)

    console.sign_in(f"transactions/{transfer['transactionId']}")

    alarm = console.page.get_by_role("alert").filter(has_text="An entry is missing.")
    for holder in (sender, recipient):
        expect(alarm.locator(f"a[href='#/wallets/{holder.wallet_id}']")).to_be_visible()


def test_an_fx_transfer_says_both_amounts_and_not_that_they_sum_to_zero(
    console: Console, client: Client
) -> None:
    sender, recipient = client.open_wallet("USD", holding="200"), client.open_wallet("EUR")
    quote = client.quote(sender, "EUR", "200").body
    transfer = client.transfer(sender, recipient, "200", fxQuoteId=quote["id"]).body

    console.sign_in(f"transactions/{transfer['transactionId']}")

    asked = console.panel("What was asked").locator(".balance")
    expect(asked).to_have_text("200.00 USD \N{RIGHTWARDS ARROW} 184.00 EUR")
    console.sees("the second is the first at the locked rate")
    expect(console.page.get_by_text("sum to zero")).to_have_count(0)
