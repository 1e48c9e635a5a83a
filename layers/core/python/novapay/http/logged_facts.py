"""What of a request and its answer is worth a field in the log: ids, codes and verdicts.

A body, an amount or a name is never logged, so only named fields with plain values are taken.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from novapay.http.ids import id_of

ASKED = ("senderWalletId", "recipientWalletId", "sourceWalletId", "fxQuoteId", "transactionId")
"""A client writes these, and may write a secret into the wrong field: they are taken if ids."""

ANSWERED = (
    *("code", "transactionId", "jobId"),
    *("valid", "balanced", "reason", "sequence", "tamperedAt"),
)
"""We write these."""

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
    written = _document(answered)
    said = {name: written[name] for name in ANSWERED if _is_plain(written.get(name))}
    return {**_ids(_document(asked), ASKED), **said}


def logged_ids(path: Mapping[str, Any] | None) -> dict[str, str]:
    """Return those of a path's values that are ids; whatever else is typed there may be a secret.

    Args:
        path: the request's path parameters.
    """
    values = path or {}
    return _ids(values, tuple(values))


def _ids(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    found = {name: id_of(values.get(name)) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _document(body: str | None) -> Mapping[str, Any]:
    if not body or not body.startswith("{") or len(body) > BODY_CHARACTERS_MAX:
        return {}
    try:
        document: dict[str, Any] = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return _PLAIN.fullmatch(value) is not None
    return isinstance(value, bool | int)
