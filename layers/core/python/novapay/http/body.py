"""Bounds and parses a request's body before anything looks into it."""

import json
from collections.abc import Mapping
from typing import Any

from novapay.domain.errors import MalformedBody, PayloadTooLarge, UnsupportedMediaType

BODY_BYTES_MAX = 64 * 1024
JOB_BODY_BYTES_MAX = 6 * 1024 * 1024
"""What Lambda takes in one call."""


def check_body(event: Mapping[str, Any], *, bytes_max: int) -> None:
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
    if _content_type(event) != "application/json":
        raise UnsupportedMediaType


def parse_json(text: str) -> Any:
    """Return the JSON document of a body.

    Raises:
        MalformedBody: it is not JSON, or nested or sized beyond reason.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise MalformedBody(reason=f"{error.msg} at character {error.pos}") from error
    except (ValueError, RecursionError) as error:
        raise MalformedBody(reason="it has a value that cannot be read") from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _content_type(event: Mapping[str, Any]) -> str:
    headers = event.get("headers") or {}
    values = [value for name, value in headers.items() if name.lower() == "content-type"]
    return values[0].partition(";")[0].strip().lower() if values else ""
