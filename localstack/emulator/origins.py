"""Keeps web pages away from the servers on this machine.

Any page that the developer has open can send requests to 127.0.0.1, and the embedded AWS runs
whatever code it is given. A browser says in three headers, which no page can change, whom a
request is for and where it comes from:

- `Host` is the page's own host name, even if its owner lets that name point to 127.0.0.1.
- `Origin` is the page's origin; it is sent with every request but plain GETs.
- `Sec-Fetch-Site` says how the page's site and the server's are related, on plain GETs too.

Programs such as the AWS SDKs and curl send `Host` alone. docs/decisions/0027 has the choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

OWN_NAME = re.compile(
    r"(?P<name>127\.0\.0\.1|\[::1\]|(?:[a-z0-9_-]+\.)*localhost)(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE | re.ASCII,
)
"""Names of this machine that nobody can let point elsewhere; an S3 bucket has a name in front."""

OWN_SITES = ("same-origin", "none")
"""What a browser says of the server's own pages, and of an address that the user typed."""


def refusal_of(headers: Iterable[tuple[str, str]], *, port: int) -> str:
    """Return in one sentence why a request is not answered, or an empty text if it is.

    Args:
        headers: the names and values of the request's headers; a name may come several times.
        port: the port that the server listens on.
    """
    sent: dict[str, list[str]] = {"host": [], "origin": [], "sec-fetch-site": []}
    for name, value in headers:
        if (known := name.lower()) in sent:
            sent[known].append(value.strip(" \t"))
    host = sent["host"][0] if len(sent["host"]) == 1 else ""
    if not _is_own(host, port):
        return f"Host must be 127.0.0.1:{port} or localhost:{port}."
    if any(origin.lower() != f"http://{host.lower()}" for origin in sent["origin"]):
        return f"Origin is not http://{host}: pages of other origins are not answered."
    if any(site.lower() not in OWN_SITES for site in sent["sec-fetch-site"]):
        return "Sec-Fetch-Site names another site: open the address in a tab of its own."
    return ""


def _is_own(host: str, port: int) -> bool:
    own = OWN_NAME.fullmatch(host)
    return own is not None and own["port"] in (None, str(port))
