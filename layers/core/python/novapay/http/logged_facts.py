"""What of a request and its answer is worth a field in the log: ids, codes and verdicts.

A body, an amount or a name is never logged, so only named fields with plain values are taken.
"""

import json
import re
from typing import Any

ASKED = ("senderWalletId", "recipientWalletId", "sourceWalletId", "fxQuoteId", "transactionId")
ANSWERED = (
    *("code", "transactionId", "jobId"),
    *("valid", "balanced", "reason", "sequence", "tamperedAt"),
)
BODY_CHARACTERS_MAX = 64 * 1024
"""A longer body is a payroll's: reading it again would cost more than the line is worth."""

_PLAIN = re.compile(r"[A-Za-z0-9-]{1,64}")


def logged_facts(asked: str | None, answered: str | None) -> dict[str, str | int | bool]:
    """Return those of the named fields that a request's and an answer's JSON have.

    A person on call finds a busy wallet by `senderWalletId`, a kind of error by `code`, and the
    wallet whose chain is broken by `valid`.

    Args:
        asked: the request's body.
        answered: the answer's body; what it says goes before what was asked.
    """
    return {**_fields(asked, ASKED), **_fields(answered, ANSWERED)}


def _fields(body: str | None, names: tuple[str, ...]) -> dict[str, str | int | bool]:
    if not body or not body.startswith("{") or len(body) > BODY_CHARACTERS_MAX:
        return {}
    try:
        document: dict[str, Any] = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return {name: document[name] for name in names if _is_plain(document.get(name))}


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return _PLAIN.fullmatch(value) is not None
    return isinstance(value, bool | int)
