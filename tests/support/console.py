"""The ops console as a person has it: a page, and what they see and press."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Route, expect

from tests.support.local_stack import Stack

TIMEOUT_MS = 30_000
POLL_MS = 20

KNOW_ITS_TIMERS = """
() => {
  const { setInterval, clearInterval } = window;
  window.intervals = new Map();
  window.setInterval = (act, everyMs) => {
    const timer = setInterval(act, everyMs);
    intervals.set(timer, everyMs);
    return timer;
  };
  window.clearInterval = (timer) => {
    intervals.delete(timer);
    clearInterval(timer);
  };
}
"""
HAS_TIMER = "everyMs => [...intervals.values()].includes(everyMs)"
HAS_NO_TIMER = "intervals.size === 0"

# A page's own time-out does not hold for what is expected of it.
expect.set_options(timeout=TIMEOUT_MS)


class Held:
    """Calls of the page that are kept from the API until they are released."""

    def __init__(self, page: Page, path: str) -> None:
        self._page = page
        self._path = path
        self._routes: list[Route] = []
        self._is_released = False
        page.route(f"**{path}", self._meet)

    def release(self) -> None:
        """Wait until the page has made its call, and let that one and all later ones pass."""
        deadline = time.monotonic() + TIMEOUT_MS / 1_000
        while not self._routes:
            assert time.monotonic() < deadline, f"the page never asked for {self._path}"
            self._page.wait_for_timeout(POLL_MS)
        self._is_released = True
        for route in self._routes:
            route.continue_()

    def _meet(self, route: Route) -> None:
        if self._is_released:
            route.continue_()
        else:
            self._routes.append(route)


class Console:
    """One tab; what it complains about, and whom else it asks, is kept.

    Attributes:
        complaints: errors of scripts, and what the browser logged as an error. That a call was
            answered with 401 or 404 is none: the console asks what may not be there.
        strangers: addresses outside the API that it asked.
    """

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page = page
        self.stack = stack
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._expected: list[str] = []
        page.set_default_timeout(TIMEOUT_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)

    @property
    def url(self) -> str:
        return f"{self.stack.api_url}/admin/console"

    def open(self, view: str = "") -> None:
        """Go to a view, by its address."""
        self.page.goto(f"{self.url}#/{view}")

    def sign_in(self, view: str = "", *, token: str | None = None) -> None:
        """Open a view as an operator who is not signed in yet."""
        self.open(view)
        self.page.get_by_label("Operator token").fill(token or self.stack.admin_token)
        self.page.keyboard.press("Enter")
        if token is None:
            expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def hold_the_clock(self) -> None:
        """Take the page's clock in hand before anybody signs in; it goes on by itself as well."""
        self.page.clock.install()
        self.open()
        self.page.evaluate(KNOW_ITS_TIMERS)

    def let_pass(self, duration_ms: int, *, timer_ms: int) -> None:
        """Let time pass for the page, once it has set the timer that this is about.

        What is seen says nothing of timers: a page is painted before it sets them.
        """
        self.page.wait_for_function(HAS_TIMER, arg=timer_ms)
        self.page.clock.run_for(duration_ms)

    def has_no_timer(self) -> None:
        """Check that the page waits for nothing any more, soon."""
        self.page.wait_for_function(HAS_NO_TIMER)

    @contextmanager
    def notes_calls(self) -> Iterator[list[str]]:
        """Note the paths of all calls that the page makes meanwhile, in their order."""
        called: list[str] = []

        def hear(request: Request) -> None:
            called.append(request.url.removeprefix(self.stack.api_url))

        self.page.on("request", hear)
        yield called
        # The browser tells of its calls in their order: with this one all before it are known.
        self.page.evaluate("fetch('console/icon.svg').then(answer => answer.text())")
        self.page.remove_listener("request", hear)
        assert called.pop() == "/admin/console/icon.svg"

    def search(self, text: str) -> None:
        """Search as somebody does who has no mouse."""
        self.page.keyboard.press("/")
        expect(self.page.get_by_role("searchbox")).to_be_focused()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def panel(self, title: str) -> Locator:
        return self.page.get_by_role("region", name=title, exact=True)

    def sees(self, *texts: str, exact: bool = False) -> None:
        """Check that each text is somewhere on the page, soon; `exact` for all of an element's."""
        for text in texts:
            expect(self.page.get_by_text(text, exact=exact).first).to_be_visible()

    def is_settled(self) -> None:
        """Check that nothing on the page is being loaded for the first time any more, soon."""
        expect(self.page.locator(".loading")).to_have_count(0)

    def answer(self, path: str, body: Any, status: int = 200) -> None:
        """Answer a call of the page in the API's place."""
        kind = "application/json" if status < 400 else "application/problem+json"
        self.page.route(
            f"**{path}",
            lambda route: route.fulfill(status=status, json=body, content_type=kind),
        )

    def hold(self, path: str) -> Held:
        """Let the page wait for the API's answer to a call until it is released."""
        return Held(self.page, path)

    @contextmanager
    def expects_complaint(self, text: str) -> Iterator[None]:
        """Wait until the browser has logged this error because of what is done meanwhile."""
        self._expected.append(text)
        with self.page.expect_console_message(lambda message: text in message.text):
            yield

    def close(self) -> None:
        """Close the tab; calls that it still makes are nobody's any more."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.context.close()

    def is_wider_than_its_window(self) -> bool:
        wider: bool = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return wider

    def _hear(self, message: ConsoleMessage) -> None:
        expected = ["the server responded with a status of", *self._expected]
        if message.type == "error" and not any(text in message.text for text in expected):
            self.complaints.append(message.text)

    def _watch(self, request: Request) -> None:
        ours = urlsplit(self.stack.api_url)
        asked = urlsplit(request.url)
        if asked.scheme != "data" and (asked.netloc, asked.scheme) != (ours.netloc, ours.scheme):
            self.strangers.append(request.url)
