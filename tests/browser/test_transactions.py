"""A transaction: what was asked, what became of it, and its entries."""

from playwright.sync_api import expect

from tests.support.client import Client
from tests.support.console import Console


def test_a_transfer_shows_both_entries_and_that_they_balance(
    console: Console, client: Client
) -> None:
    sender, recipient = client.open_wallet("USD", holding="100"), client.open_wallet("USD")
    transfer = client.transfer(sender, recipient, "40", key="rent for May").body

    console.sign_in()
    console.search(transfer["transactionId"])

    console.sees("Balanced", exact=True)
    console.sees("40.00", "rent for May")
    rows = console.panel("Entries").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("\N{MINUS SIGN}40.00 USD")
    expect(rows.nth(2)).to_contain_text("+40.00 USD")


def test_a_refused_transfer_says_why_and_that_nothing_moved(
    console: Console, client: Client
) -> None:
    poor, other = client.open_wallet("USD", holding="5"), client.open_wallet("USD")
    refused = client.transfer(poor, other, "6").body

    console.sign_in(f"transactions/{refused['transactionId']}")

    console.sees("Refused: insufficient funds", "no money moved")


def test_an_fx_transfer_leads_to_its_house_side_and_back(console: Console, client: Client) -> None:
    sender, recipient = client.open_wallet("USD", holding="100"), client.open_wallet("EUR")
    quote = client.quote(sender, "EUR", "50").body
    transfer = client.transfer(sender, recipient, "50", fxQuoteId=quote["id"]).body

    console.sign_in(f"transactions/{transfer['transactionId']}")
    console.sees(transfer["fxRate"], "House side")
    house = console.page.locator("dd a[href^='#/transactions/']")
    house.click()

    console.sees("FX house", "Client's side")
    console.sees("Balanced", exact=True)
    house.click()
    expect(console.page.get_by_role("heading", name="Transfer")).to_be_visible()
