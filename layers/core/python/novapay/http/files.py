"""The files of the ops console, as a browser wants them; they are part of this package."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from typing import Annotated, NamedTuple, ParamSpec

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from novapay.domain.errors import NovaPayError
from novapay.http.endpoint import Endpoint
from novapay.http.errors import RouteNotFound

PAGE = "index.html"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    # Asked for again each time, and answered with 304: so a page never mixes two releases.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}

P = ParamSpec("P")
Asset = Annotated[str, Path(description="The name of one of the console's files.")]


class File(NamedTuple):
    """A file's text, and the tag that changes with it."""

    text: str
    tag: str


class FileEndpoint(Endpoint):
    """An endpoint that serves the console's files to anybody: they say nothing of anybody."""

    def file(
        self, path: str, summary: str, *, kind: str
    ) -> Callable[[Callable[P, Response[str]]], Callable[P, Response[str]]]:
        """Return the decorator of the function that answers GET with files of one content type."""
        successes = {
            200: {"description": summary, "content": {kind: {"schema": {"type": "string"}}}},
            304: {"description": "The browser has it already."},
        }

        def declare(function: Callable[P, Response[str]]) -> Callable[P, Response[str]]:
            errors = (RouteNotFound, NovaPayError)
            self.add("GET", path, function, summary=summary, successes=successes, errors=errors)
            return function

        return declare

    def serve(self, name: str) -> Response[str]:
        """Return a file of the console, or 304 if the browser has it.

        Raises:
            RouteNotFound: the console has no such file.
        """
        file = _file(name)
        known = self.app.current_event.headers.get("if-none-match", "")
        headers = {**HEADERS, "ETag": file.tag}
        if file.tag in known:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, body="", headers=headers)
        content_type = CONTENT_TYPES[_suffix(name)]
        return Response(
            status_code=HTTPStatus.OK, content_type=content_type, body=file.text, headers=headers
        )


@cache
def _file(name: str) -> File:
    found = {file.name: file for file in (files("novapay") / "console").iterdir()}
    if name not in found or _suffix(name) not in CONTENT_TYPES:
        raise RouteNotFound
    text = found[name].read_text(encoding="utf-8")
    return File(text, f'"{sha256(text.encode()).hexdigest()[:32]}"')


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
