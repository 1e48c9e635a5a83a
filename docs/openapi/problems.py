"""Which problems an operation can answer with, and an example of each."""

from collections.abc import Iterable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, NamedTuple

from cdk.gateway_problems import PROBLEMS, GatewayProblem
from docs.openapi.facts import FACTS, REQUEST_ID
from novapay.domain import errors
from novapay.domain.errors import FieldError, InvalidInput, NovaPayError
from novapay.http import problems
from novapay.http.errors import (
    IdempotencyKeyInvalid,
    MalformedBody,
    PayloadTooLarge,
    RouteNotFound,
    UnsupportedMediaType,
)

ON_INPUT = (errors.InvalidInput,)
"""What any parameter or body can be refused for, and a query that an operation does not have."""

ON_PATH = (RouteNotFound,)
"""A value that no path can hold makes it the path of no operation."""

ON_BODY = (MalformedBody, PayloadTooLarge, UnsupportedMediaType)

ON_KEY = (
    IdempotencyKeyInvalid,
    errors.IdempotencyKeyReused,
    errors.Contention,
    errors.ClockSkewed,
)
"""What any Idempotency-Key brings with it, beside 202 PROCESSING."""

ON_AUDIT = (errors.Contention, errors.ClockSkewed)
"""What an operator's call brings with it: it is answered after its line of the audit log."""

ON_FIELDS = (errors.Unavailable,)
"""What encrypting or decrypting a field brings with it: the key may not answer."""

GATEWAY = {problem.code: problem for problem in PROBLEMS}

EVERYWHERE = tuple(
    GATEWAY[code]
    for code in (
        "forbidden",
        "too-many-requests",
        "internal-error",
        "bad-gateway",
        "gateway-timeout",
    )
)
"""What API Gateway answers in place of any function; the firewall's 403 too."""

ON_CREDENTIALS = tuple(
    GATEWAY[code] for code in ("unauthorized", "invalid-signature", "expired-token", "not-found")
)
"""What it answers before a function that wants a signature or a token."""


class Answered(NamedTuple):
    """A problem that an operation can answer with, and the name of its example."""

    name: str
    status: int
    code: str
    is_retryable: bool


def of_functions(codes: Iterable[str]) -> list[Answered]:
    """Return the problems of functions that have these codes."""
    known = kinds()
    forms = {code: problems.form_of(known[code]) for code in codes}
    return [Answered(code, form.status, code, form.retryable) for code, form in forms.items()]


def of_gateway(found: Iterable[GatewayProblem]) -> list[Answered]:
    """Return problems of the gateway."""
    return [
        Answered(_gateways_name(it), it.form.status, it.code, it.form.retryable) for it in found
    ]


def examples() -> dict[str, dict[str, Any]]:
    """Return an example of every problem, as OpenAPI's components want it."""
    return {
        **{code: _of_error(kind) for code, kind in kinds().items()},
        **{_gateways_name(problem): _of_gateway(problem) for problem in PROBLEMS},
    }


def everywhere() -> set[str]:
    """Return the examples that say nothing of an operation, as each can be answered with them."""
    ours = (errors.StoreUnavailable, errors.InvariantViolated, NovaPayError)
    return {kind.code for kind in ours} | {_gateways_name(problem) for problem in EVERYWHERE}


def on_credentials() -> set[str]:
    """Return the examples that any operation with credentials can be answered with."""
    return {_gateways_name(problem) for problem in ON_CREDENTIALS}


def kinds() -> dict[str, type[NovaPayError]]:
    """Return the class of every code: the root of those that share one."""
    found: dict[str, type[NovaPayError]] = {}
    waiting: list[type[NovaPayError]] = [NovaPayError]
    while waiting:
        kind = waiting.pop(0)
        found.setdefault(kind.code, kind)
        waiting += kind.__subclasses__()
    return found


def _of_error(kind: type[NovaPayError]) -> dict[str, Any]:
    # The root is what nobody foresaw: its docstring is for those who read the tree.
    said = kind().detail if kind is NovaPayError else (kind.__doc__ or "").partition("\n")[0]
    return {
        "summary": said,
        "value": problems.problem(_instance(kind), request_id=REQUEST_ID),
    }


def _of_gateway(problem: GatewayProblem) -> dict[str, Any]:
    return {"summary": problem.detail, "value": problem.body | {"requestId": REQUEST_ID}}


def _gateways_name(problem: GatewayProblem) -> str:
    """Return the name of its example: functions use some codes too, in other words."""
    return f"gateway-{problem.code}"


def _instance(kind: type[NovaPayError]) -> NovaPayError:
    if kind is InvalidInput:
        return InvalidInput(errors=(FieldError("/amount", errors.InvalidAmount().detail),))
    if not is_dataclass(kind):
        return kind()
    facts = {
        field.name: FACTS[field.name]
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }
    reason = {"reason": FACTS[kind.code]} if kind.code in FACTS else {}
    return kind(**facts, **reason)
