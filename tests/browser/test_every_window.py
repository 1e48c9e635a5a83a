"""A phone, a wide screen, the dark, and no mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.client import Client, Holder
from tests.support.console import Console

PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1920, "height": 1080}

PRESS_SLASH_AT_ONCE = """
new MutationObserver((_changes, observer) => {
  if (!document.querySelector("input[type=search]")) return;
  observer.disconnect();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
}).observe(document.body, { childList: true, subtree: true });
"""
"""Quicker than any person: before the browser has painted what the script has made."""


def views_of(client: Client) -> list[tuple[str, str]]:
    """Return each view's address, and what is to be seen when it is there."""
    sender, recipient = client.open_wallet("USD", holding="123456.78901234"), _other(client)
    transfer = client.transfer(sender, recipient, "0.00000001").body
    return [
        ("", "The books balance"),
        (f"wallets/{sender.wallet_id}", "The chain is intact"),
        (f"transactions/{transfer['transactionId']}", "they sum to zero"),
        ("payroll", "The newest 100 are listed"),
        ("audit", "The audit log is intact"),
        ("search/nothing", "is not an id"),
        ("nowhere", "This address does not lead to a view."),
    ]


def _other(client: Client) -> Holder:
    return client.open_wallet("USD")


@pytest.mark.parametrize("window", [PHONE, WIDE], ids=["phone", "wide"])
def test_no_view_is_wider_than_the_window(
    open_tab: Callable[..., Console], client: Client, window: dict[str, int]
) -> None:
    console = open_tab(viewport=window)
    console.sign_in()

    for view, seen in views_of(client):
        console.open(view)
        console.sees(seen)
        console.is_settled()

        assert not console.is_wider_than_its_window(), view


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_the_page_is_as_light_or_dark_as_the_system(
    open_tab: Callable[..., Console], scheme: str, is_dark: bool
) -> None:
    console = open_tab(color_scheme=scheme)
    console.sign_in()

    ground = console.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    channels = [int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")]
    assert (sum(channels) < 3 * 128) is is_dark


def test_all_is_reached_without_a_mouse(console: Console) -> None:
    console.sign_in()
    expect(console.page.get_by_role("heading", name="Overview")).to_be_focused()
    focused = console.page.locator(":focus")

    reached = []
    for _ in range(7):
        console.page.keyboard.press("Shift+Tab")
        reached.append(focused.evaluate("it => it.innerText || it.ariaLabel || ''").strip())
    for name in ("Audit log", "Payroll", "Overview", "Sign out"):
        assert name in reached
    width = focused.evaluate("it => getComputedStyle(it).outlineWidth")
    assert width != "0px"

    console.page.keyboard.press("/")
    expect(console.page.get_by_role("searchbox")).to_be_focused()


def test_the_search_takes_its_key_as_soon_as_it_is_there(console: Console) -> None:
    console.open()
    console.page.evaluate(PRESS_SLASH_AT_ONCE)

    console.sign_in()

    expect(console.page.get_by_role("searchbox")).to_be_focused()


def test_a_view_that_arrives_does_not_take_the_focus_from_who_types(
    console: Console, client: Client
) -> None:
    holder = client.open_wallet("USD")
    console.sign_in()
    wallet = console.hold(f"/admin/wallets/{holder.wallet_id}")
    console.open(f"wallets/{holder.wallet_id}")
    expect(console.page.get_by_role("heading", name="Wallet", level=1)).to_be_focused()

    console.page.keyboard.press("/")
    expect(console.page.get_by_role("searchbox")).to_be_focused()
    console.page.keyboard.type("half an id")
    wallet.release()

    console.sees("Client wallet")
    expect(console.page.get_by_role("searchbox")).to_be_focused()
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("heading", name="Search")).to_be_focused()


def test_an_address_that_names_no_view_says_so(console: Console) -> None:
    console.sign_in("nowhere/at/all")

    console.sees("This address does not lead to a view.")
