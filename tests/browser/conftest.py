"""The ops console in a real browser, over NovaPay on an embedded AWS."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from localstack.memory.intruder import Intruder
from tests.support import chromium
from tests.support.client import Client, Holder
from tests.support.console import Console
from tests.support.local_stack import Stack, emulator, pytest_itemcollected, stack

__all__ = ["emulator", "pytest_itemcollected", "stack"]

PREFIX = "novapay-local"
ENTRIES = 28
"""Of the wallet with a long statement: more than a page has."""

WINDOW = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a Chromium without a window."""
    path = chromium.find_chromium()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium: on CI the ops console is not left untested", pytrace=False)
    if path is None:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(chromium.ARGUMENTS), timeout=60_000
        )
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser: Browser, stack: Stack) -> Iterator[Callable[..., Console]]:
    """Return what opens the console as somebody new; nothing may go wrong in any of its tabs."""
    tabs: list[Console] = []

    def open_tab(**options: Any) -> Console:
        context = browser.new_context(**{"viewport": WINDOW, "locale": "en-GB", **options})
        tabs.append(Console(context.new_page(), stack))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.close()
    for tab in tabs:
        assert tab.complaints == []
        assert tab.strangers == []


@pytest.fixture
def console(open_tab: Callable[..., Console]) -> Console:
    """Return the console in a window of usual size."""
    return open_tab()


@pytest.fixture
def client(stack: Stack) -> Client:
    """Return what moves money behind the console's back."""
    return Client(stack.api_url)


@pytest.fixture
def intruder(stack: Stack) -> Iterator[Intruder]:
    """Return what writes to the tables; what it did is undone."""
    intruder = Intruder(stack.client("dynamodb"), PREFIX)
    yield intruder
    intruder.restore()


@pytest.fixture(scope="session")
def wallet(stack: Stack) -> Holder:
    """Return a wallet with a long statement; tests look at it, and post nothing to it."""
    client = Client(stack.api_url)
    holder, other = client.open_wallet("USD", holding="1000"), client.open_wallet("USD")
    for number in range(1, ENTRIES):
        told = client.transfer(holder, other, f"{number}.25", description=f"rent {number}")
        assert told.status == 201
    return holder
