"""The headers of requests to a server on this machine: some are answered, those of pages are not.

Where the server's own port belongs, they say PORT.
"""

from collections.abc import Mapping, Sequence

Headers = Sequence[tuple[str, str]]

HOSTS = (
    "page.example:PORT",
    "localhost.page.example:PORT",
    "127.0.0.1.page.example:PORT",
    "page.example@127.0.0.1:PORT",
    "notlocalhost:PORT",
    "0.0.0.0:PORT",
    "[::ffff:127.0.0.1]:PORT",
    "127.0.0.1:1",
    "127.0.0.1:PORT0",
)
ORIGINS = (
    "null",
    "http://page.example",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost:PORT",
    "https://127.0.0.1:PORT",
    "http://127.0.0.1:PORT.page.example",
    "chrome-extension://abcdefghijklmnop",
)
SITES = ("cross-site", "same-site", "none, cross-site", "anything")

ANSWERED: Mapping[str, Headers] = {
    "a program": [("Host", "127.0.0.1:PORT")],
    "a program that knows the other name": [("Host", "localhost:PORT")],
    "the console calls its API": [
        ("Host", "127.0.0.1:PORT"),
        ("Origin", "http://127.0.0.1:PORT"),
        ("Sec-Fetch-Site", "same-origin"),
    ],
    "the console under the other name": [
        ("Host", "localhost:PORT"),
        ("Origin", "http://localhost:PORT"),
        ("Sec-Fetch-Site", "same-origin"),
    ],
    "a typed address": [("Host", "127.0.0.1:PORT"), ("Sec-Fetch-Site", "none")],
}

REFUSED: Mapping[str, Headers] = {
    **{f"host {host}": [("Host", host)] for host in HOSTS},
    **{f"origin {origin}": [("Host", "127.0.0.1:PORT"), ("Origin", origin)] for origin in ORIGINS},
    **{f"site {site}": [("Host", "127.0.0.1:PORT"), ("Sec-Fetch-Site", site)] for site in SITES},
    "a page whose name leads here": [
        ("Host", "page.example:PORT"),
        ("Origin", "http://page.example:PORT"),
        ("Sec-Fetch-Site", "same-origin"),
    ],
    "one site of two": [
        ("Host", "127.0.0.1:PORT"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Sec-Fetch-Site", "cross-site"),
    ],
    "one origin of two": [
        ("Host", "127.0.0.1:PORT"),
        ("Origin", "http://127.0.0.1:PORT"),
        ("Origin", "http://page.example"),
    ],
}


def at(port: int, headers: Headers) -> Headers:
    """Return the headers for the server on this port."""
    return [(name, value.replace("PORT", str(port))) for name, value in headers]
