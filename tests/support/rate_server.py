"""A rate provider on this machine, with Frankfurter's manners or with any others."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

Manner = Callable[["Asked"], None]

A_EURO_IN_DOLLARS = "1.08695652"
"""So that a dollar is 0.92 euros."""


class Asked(BaseHTTPRequestHandler):
    """One request; it is answered in the server's manner of the moment."""

    server: "_Server"
    timeout = 10

    def do_GET(self) -> None:
        self.server.log.append(self.path)
        try:
            self.server.manner(self)
        except OSError:
            self.close_connection = True  # The asker has gone.

    def log_message(self, *_: object) -> None:
        """Keep standard error for failures."""

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def answer(
        self, body: bytes, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def wait(self, seconds: float) -> None:
        """Do nothing for a while, or until the server is closed."""
        self.server.closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    manner: Manner
    log: list[str]
    closing: Event
    block_on_close = True


@dataclass(slots=True)
class RateServer:
    """A running server.

    Attributes:
        url: where it is asked.
        log: the paths that it was asked for.
    """

    url: str
    log: list[str]
    _server: _Server = field(repr=False)

    def behave(self, manner: Manner) -> None:
        """Answer in this manner from now on."""
        self._server.manner = manner


@contextmanager
def rate_server() -> Iterator[RateServer]:
    """Run a server that knows what a euro buys, until the context ends."""
    server = _Server(("127.0.0.1", 0), Asked)
    server.manner, server.log, server.closing = rightly(), [], Event()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield RateServer(f"http://127.0.0.1:{server.server_port}", server.log, server)
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def dead_url() -> str:
    """Return an address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


def rightly(dollars: str = A_EURO_IN_DOLLARS, *, date: str = "2026-04-07") -> Manner:
    """Answer what was asked, as Frankfurter does, with this many dollars for a euro."""

    def manner(asked: Asked) -> None:
        head = json.dumps({"amount": 1.0, "base": asked.query["base"], "date": date})[:-1]
        asked.answer(f'{head}, "rates": {{"GBP": 0.85869566, "USD": {dollars}}}}}'.encode())

    return manner


def with_body(body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Manner:
    """Answer this, whatever was asked."""
    return lambda asked: asked.answer(body, status=status, headers=headers)


def late(seconds: float) -> Manner:
    """Answer rightly after so long a silence."""

    def manner(asked: Asked) -> None:
        asked.wait(seconds)
        rightly()(asked)

    return manner


def dripping(seconds: float) -> Manner:
    """Send a byte at a time with such pauses, and never come to an end."""

    def manner(asked: Asked) -> None:
        asked.send_response(200)
        asked.end_headers()
        while not asked.server.closing.is_set():
            asked.wfile.write(b" ")
            asked.wfile.flush()
            asked.wait(seconds)

    return manner


def dripping_headers(seconds: float) -> Manner:
    """Send the first line's bytes with such pauses, and never come to its end."""

    def manner(asked: Asked) -> None:
        asked.wfile.write(b"HTTP/1.1 200 ")
        while not asked.server.closing.is_set():
            asked.wfile.write(b".")
            asked.wfile.flush()
            asked.wait(seconds)

    return manner


def hanging_up(asked: Asked) -> None:
    """Close the connection in the middle of the answer."""
    asked.send_response(200)
    asked.send_header("content-length", "100")
    asked.end_headers()
    asked.wfile.write(b'{"base"')
    asked.close_connection = True
