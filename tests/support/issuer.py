"""An issuer of tokens for a test: over HTTP, on a free port, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from localstack.emulator.issuer import IssuerServer


@contextmanager
def running_issuer() -> Iterator[IssuerServer]:
    """Give an issuer that answers."""
    with IssuerServer(0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
