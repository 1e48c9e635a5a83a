"""Which problems an operation can answer with, and an example of each."""

from dataclasses import MISSING, fields, is_dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from docs.openapi.facts import FACTS, REQUEST_ID
from novapay.domain import errors
from novapay.domain.errors import FieldError, InvalidInput, NovaPayError
from novapay.http import problems

ON_INPUT = (errors.InvalidInput,)
"""What any parameter or body can be refused for."""

ON_PATH = (errors.RouteNotFound,)
"""A value that no path can hold makes it the path of no operation."""

ON_BODY = (errors.MalformedBody, errors.PayloadTooLarge, errors.UnsupportedMediaType)

ON_KEY = (errors.IdempotencyKeyInvalid, errors.IdempotencyKeyReused, errors.Contention)
"""What any Idempotency-Key brings with it, beside 202 PROCESSING."""


class GatewayProblem(NamedTuple):
    """What API Gateway answers itself, before or in place of a function."""

    status: HTTPStatus
    code: str
    detail: str
    is_retryable: bool = False


FORBIDDEN = GatewayProblem(
    HTTPStatus.FORBIDDEN,
    "forbidden",
    "The credentials, or the lack of them, do not allow this request.",
)
EVERYWHERE = (
    GatewayProblem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        "Too many requests: slow down, then try again.",
        is_retryable=True,
    ),
    GatewayProblem(
        HTTPStatus.GATEWAY_TIMEOUT,
        "gateway-timeout",
        "The service behind this route did not answer in time.",
        is_retryable=True,
    ),
)


def statuses() -> dict[str, HTTPStatus]:
    """Return the status of every code."""
    known = {code: problems.form_of(kind).status for code, kind in kinds().items()}
    return known | {problem.code: problem.status for problem in (FORBIDDEN, *EVERYWHERE)}


def examples() -> dict[str, dict[str, Any]]:
    """Return an example of the problem of every code, as OpenAPI's components want it."""
    return {
        **{code: _of_error(kind) for code, kind in kinds().items()},
        **{problem.code: _of_gateway(problem) for problem in (FORBIDDEN, *EVERYWHERE)},
    }


def everywhere() -> set[str]:
    """Return the codes that say nothing of an operation, as each can be answered with them."""
    kinds = (errors.StoreUnavailable, NovaPayError)
    return {kind.code for kind in kinds} | {problem.code for problem in (FORBIDDEN, *EVERYWHERE)}


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
    return {
        "summary": problem.detail,
        "value": {
            "type": problems.PROBLEM_TYPE_PREFIX + problem.code,
            "title": problem.code.replace("-", " ").capitalize(),
            "status": problem.status.value,
            "detail": problem.detail,
            "code": problem.code,
            "requestId": REQUEST_ID,
            "retryable": problem.is_retryable,
        },
    }


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
