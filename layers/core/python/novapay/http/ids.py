"""What an id looks like from outside, before it is trusted."""

import re
from collections.abc import Mapping
from typing import Any

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

_UUID = re.compile(UUID_PATTERN.removeprefix("^").removesuffix("$"))
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def id_of(value: object) -> str | None:
    """Return a UUID as it is stored, in lower case, or None if it is none."""
    return value.lower() if isinstance(value, str) and _UUID.fullmatch(value) else None


def request_id_of(event: Mapping[str, Any]) -> str:
    """Return the id under which API Gateway knows this request.

    A client may choose it, so what is not short and plain is not carried on.
    """
    request_id = str((event.get("requestContext") or {}).get("requestId", ""))
    return request_id if _REQUEST_ID.fullmatch(request_id) else "unknown"
