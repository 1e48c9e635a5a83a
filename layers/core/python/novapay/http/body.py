"""Bounds and parses a request's body before anything looks into it."""

import json
from typing import Any

from novapay.domain.errors import MalformedBody, PayloadTooLarge, UnsupportedMediaType

BODY_BYTES_MAX = 64 * 1024
JOB_BODY_BYTES_MAX = 5 * 1024 * 1024
"""Lambda takes 6 MB in one call; the event around a body escapes each of its quotation marks."""

NAMES_MAX = 64
"""The most names in one JSON object: far more than any of ours has, and few enough that a list of
all that is wrong with a body fits into memory."""

JSON = "application/json"


def check_body(event: dict[str, Any], *, bytes_max: int) -> None:
    """Refuse a body that is too large, does not call itself JSON, or is not text.

    Raises:
        PayloadTooLarge: it is over `bytes_max` bytes.
        UnsupportedMediaType: its content type is not application/json, or it is binary.
    """
    body = event.get("body")
    if not body:
        return
    if event.get("isBase64Encoded"):
        raise UnsupportedMediaType
    # The text has at least a byte for each character; counting bytes exactly is for the rest.
    if len(body) > bytes_max or len(body.encode("utf-8", "replace")) > bytes_max:
        raise PayloadTooLarge(bytes_max)
    headers = [name for name in event.get("headers") or {} if name.lower() == "content-type"]
    for name in headers:
        # A media type is written in any case (RFC 9110, 8.3.1); the resolver knows lower case.
        event["headers"][name] = event["headers"][name].strip().lower()
    if not headers or event["headers"][headers[0]].partition(";")[0].strip() != JSON:
        raise UnsupportedMediaType


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
