"""Reads the Idempotency-Key header, for one payload on one route."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import BeforeValidator

from novapay.domain.idempotency import IdempotencyKey, KeyedRequest, fingerprint_of
from novapay.http.caller import caller_of
from novapay.http.errors import KEY_HEADER, IdempotencyKeyInvalid

KEY_CHARACTERS_MAX = 255

_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


def _first(lines: object) -> object:
    """Return one of several lines, whatever it is: `keyed_request_of` refuses them all by name."""
    return lines[0] if isinstance(lines, list) else lines


KeyHeader = Annotated[
    str | None,
    BeforeValidator(_first),
    Header(
        alias=KEY_HEADER,
        description="1 to 255 printable ASCII characters, bare or as a quoted string. The same "
        "key with the same payload gets the first answer again for 24 hours.",
    ),
]


def keyed_request_of(event: Mapping[str, Any], payload: Mapping[str, Any]) -> KeyedRequest | None:
    """Return the key and payload of a request, or None if it came without a key.

    Args:
        event: the proxy event.
        payload: the body after parsing, so that two spellings of one amount are one payload.

    Raises:
        IdempotencyKeyInvalid: the header is there and is not one key.
    """
    key = _key_of(event)
    if key is None:
        return None
    scope = f"{caller_of(event).name}#{event['httpMethod']} {event['resource']}"
    # Ids in a path are UUIDs, in whatever case they are written.
    path = {name: str(it).lower() for name, it in (event.get("pathParameters") or {}).items()}
    return KeyedRequest(scope, key, fingerprint_of({"path": path, "body": payload}))


def _key_of(event: Mapping[str, Any]) -> IdempotencyKey | None:
    headers = event.get("multiValueHeaders") or {}
    lines = [
        line
        for name, values in headers.items()
        if name.lower() == KEY_HEADER.lower()
        for line in values
    ]
    if not lines:
        return None
    # A server may join two header lines with ", " (RFC 9110, 5.3); a quoted key may contain it.
    if len(lines) > 1 or (", " in lines[0] and not lines[0].startswith('"')):
        raise IdempotencyKeyInvalid(reason="there must be exactly one")
    return parse_idempotency_key(lines[0])


def parse_idempotency_key(header: str) -> IdempotencyKey:
    """Return the key of an `Idempotency-Key` header, bare or as a quoted string (RFC 9651).

    Raises:
        IdempotencyKeyInvalid: it is empty, too long, not printable ASCII, or badly quoted.
    """
    text = header.strip(" ")
    if _PRINTABLE.fullmatch(text) is None:
        raise IdempotencyKeyInvalid(reason="it must be printable ASCII and not empty")
    if text.startswith('"'):
        quoted = _QUOTED.fullmatch(text)
        if quoted is None:
            raise IdempotencyKeyInvalid(reason="its quotes do not match")
        text = re.sub(r'\\(["\\])', r"\1", quoted[1])
    if not 1 <= len(text) <= KEY_CHARACTERS_MAX:
        raise IdempotencyKeyInvalid(reason=f"it must have 1 to {KEY_CHARACTERS_MAX} characters")
    if text.isspace():
        raise IdempotencyKeyInvalid(reason="it must not be blank")
    return IdempotencyKey(text)
