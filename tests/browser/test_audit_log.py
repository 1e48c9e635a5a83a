"""The audit log: every call of the console is in it."""

from playwright.sync_api import expect

from tests.support.client import Client, new_id
from tests.support.console import Console


def test_what_was_looked_at_is_in_the_log(console: Console, client: Client) -> None:
    wallet = client.open_wallet("USD")
    console.sign_in(f"wallets/{wallet.wallet_id}")
    console.sees("Nothing has been posted to this wallet yet.")

    console.page.get_by_role("link", name="Audit log").click()

    console.sees("The audit log is intact")
    looked = console.panel("Records").get_by_role("row").filter(has_text="inspect_wallet").first
    expect(looked).to_contain_text("local")
    expect(looked.get_by_role("link")).to_have_attribute("href", f"#/wallets/{wallet.wallet_id}")


def test_a_denied_call_is_not_in_the_log(console: Console) -> None:
    console.sign_in(token=f"wrong-{new_id()}")
    console.sees("This is not the token of an operator.")

    console.sign_in("audit")

    console.sees("The audit log is intact")
    expect(console.page.get_by_role("cell", name="200", exact=True).first).to_be_visible()
    expect(console.page.get_by_role("cell", name="401", exact=True)).to_have_count(0)


def test_a_broken_log_is_an_alarm(console: Console) -> None:
    broken = {"valid": False, "tamperedAt": new_id(), "sequence": 1, "reason": "wrong-hash"}
    console.answer("/admin/audit-logs/chain", {**broken, "entriesChecked": 0, "headHash": "0"})

    console.sign_in("audit")

    expect(console.page.get_by_role("alert")).to_contain_text("The chain breaks at record 1")
