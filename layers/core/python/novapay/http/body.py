"""Bounds and parses a request's body before anything looks into it."""

import json
from base64 import b64decode
from typing import Any

from novapay.http.errors import MalformedBody, PayloadTooLarge, UnsupportedMediaType

BODY_BYTES_MAX = 64 * 1024
JOB_BODY_BYTES_MAX = 5 * 1024 * 1024
"""Lambda takes 6 MB in one call; the event around a body escapes each of its quotation marks."""

NAMES_MAX = 64
"""The most names in one JSON object: far more than any of ours has, and few enough that a list of
all that is wrong with a body fits into memory."""

JSON = "application/json"
UTF_8 = ("utf-8", "utf8")
LOST = "\ufffd"
"""What a gateway puts in place of bytes that are no UTF-8. Nobody means it."""


def check_body(event: dict[str, Any], *, bytes_max: int) -> None:
    """Refuse a body that is too large, does not call itself JSON in UTF-8, or is not UTF-8.

    A gateway hands on in base64 what it does not take for text; in the event the body is text
    afterwards.

    Raises:
        PayloadTooLarge: it is over `bytes_max` bytes.
        UnsupportedMediaType: its content type is not application/json in UTF-8.
        MalformedBody: its bytes are no UTF-8.
    """
    body = event.get("body")
    if not body:
        return
    if event.get("isBase64Encoded"):
        body = _unpacked(body, bytes_max=bytes_max)
    # The text has at least a byte for each character; counting bytes exactly is for the rest.
    elif len(body) > bytes_max or len(body.encode("utf-8", "replace")) > bytes_max:
        raise PayloadTooLarge(bytes_max)
    _check_content_type(event)
    event["body"], event["isBase64Encoded"] = _text_of(body), False


def _unpacked(body: str, *, bytes_max: int) -> bytes:
    if len(body) > -(-bytes_max // 3) * 4:
        raise PayloadTooLarge(bytes_max)
    try:
        unpacked = b64decode(body, validate=True)
    except ValueError as error:
        raise MalformedBody(reason="it is no text") from error
    if len(unpacked) > bytes_max:
        raise PayloadTooLarge(bytes_max)
    return unpacked


def _text_of(body: str | bytes) -> str:
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    if LOST in text:
        raise MalformedBody(
            reason=f"it has bytes that are no UTF-8, or U+FFFD (at {text.index(LOST)})"
        )
    return text


def _check_content_type(event: dict[str, Any]) -> None:
    headers = event.get("headers") or {}
    lines = {name: value for name, value in headers.items() if name.lower() == "content-type"}
    # A header that came twice has its last value here and all of them there.
    others = [
        value
        for name, values in (event.get("multiValueHeaders") or {}).items()
        if name.lower() == "content-type"
        for value in values
    ]
    if not lines or not all(_is_json_in_utf_8(it) for it in (*lines.values(), *others)):
        raise UnsupportedMediaType
    # A media type is written in any case (RFC 9110, 8.3.1); the resolver knows lower case.
    headers.update(dict.fromkeys(lines, JSON))


def _is_json_in_utf_8(content_type: str) -> bool:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    return media_type == JSON and all(
        value.strip().strip('"') in UTF_8
        for name, _, value in (parameter.partition("=") for parameter in parameters)
        if name.partition("*")[0].strip() == "charset"
    )


def parse_json(text: str) -> Any:
    """Return the JSON document of a body.

    Raises:
        MalformedBody: it is not JSON, names something twice, or is nested or sized beyond reason.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise MalformedBody(reason=f"{error.msg} at character {error.pos}") from error
    except _BadObject as error:
        raise MalformedBody(reason=str(error)) from error
    except (ValueError, RecursionError) as error:
        raise MalformedBody(reason="it has a value that cannot be read") from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


class _BadObject(ValueError):
    """An object that nobody can mean."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > NAMES_MAX:
        raise _BadObject(f"an object has more than {NAMES_MAX} names")
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _BadObject(f"an object has the name {json.dumps(twice[:64])} twice")
    return found
