"""One HTTP request with exactly the headers that a test wants."""

import http.client
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from tests.support.web_pages import Headers

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back; the names of the headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(port: int, method: str, path: str, headers: Headers, body: bytes = b"") -> RawAnswer:
    """Send a request to a server on this machine; only the length of the body is added."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in (*headers, ("Content-Length", str(len(body)))):
        connection.putheader(name, value)
    with suppress(ConnectionError):  # A body that is refused is not read to its end.
        connection.endheaders(body)
    answer = connection.getresponse()
    headers_told = {name.lower(): value for name, value in answer.getheaders()}
    told = RawAnswer(answer.status, headers_told, answer.read())
    connection.close()
    return told
