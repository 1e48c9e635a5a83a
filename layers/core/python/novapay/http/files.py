"""The files of the ops console, as a browser wants them; they are part of this package."""

from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from typing import Annotated, NamedTuple

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from novapay.domain.errors import NovaPayError
from novapay.http.api import PROBLEM_CODES, Operation
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


Asset = Annotated[str, Path(description="The name of one of the console's files.")]


class File(NamedTuple):
    """A file's text, and the tag that changes with it."""

    text: str
    tag: str


def operation(operation_id: str, *, summary: str, kind: str) -> Operation:
    """Return the description of a route that serves files of one content type."""
    text = {"schema": {"type": "string"}}
    return Operation(
        operation_id=operation_id,
        summary=summary,
        tags=["admin"],
        responses={
            200: {"description": summary, "content": {kind: text}},
            304: {"description": "The browser has it already."},
        },
        openapi_extensions={PROBLEM_CODES: sorted({RouteNotFound.code, NovaPayError.code})},
    )


def serve(app: APIGatewayRestResolver, name: str) -> Response[str]:
    """Return a file of the console, or 304 if the browser has it.

    Raises:
        RouteNotFound: the console has no such file.
    """
    file = _file(name)
    known = app.current_event.headers.get("if-none-match", "")
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
