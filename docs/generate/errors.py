"""The page of every error code: those of the functions, then those of the gateway before them."""

from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from http import HTTPStatus
from typing import Any

from cdk.gateway_problems import PROBLEMS
from docs.generate.markdown import GENERATED, code, table, yes
from novapay.domain.errors import NovaPayError, Processing, Refusal
from novapay.http import problems

INTRODUCTION = f"""\
# Errors

Every error is `{problems.CONTENT_TYPE}` (RFC 9457) with `type`, `title`, `status`, `detail`,
`code`, `requestId` and `retryable`. A 400 has `errors`, a list of `pointer` (a JSON pointer into
the body, or `/query/…`, `/path/…`, `/header/…`) and `detail`. A refused transfer has
`transactionId`, under which it can be looked up. Codes are stable: branch on them, show `detail`.

`retryable` says that the same request, with the same `Idempotency-Key`, may succeed later.
*Kept* says that on a route which honours a key the answer is stored under it and replayed for 24
hours; every other error leaves the key free. Every retryable answer, 202 too, carries
`Retry-After`, the seconds to wait before it.
"""

OF_FUNCTIONS = """
## From NovaPay

Words in braces stand for facts of the request. Some classes share a code: each is another fault.

"""

UNFORESEEN = "An error that nobody foresaw; it is logged with its stack."

OF_GATEWAY = """
## From API Gateway

These are answered before a function is called, in the same form.

"""


def page() -> str:
    """Return the page."""
    kinds = sorted(filter(_is_answered, _kinds(NovaPayError)), key=_place)
    ours = table(
        ("status", "code", "meaning", "detail", "retryable", "kept", "class"),
        (_row(kind) for kind in kinds),
    )
    gateways = table(
        ("status", "code", "detail", "retryable", "response types"),
        (
            (
                str(problem.status),
                code(problem.code),
                problem.detail,
                yes(problem.is_retryable),
                ", ".join(code(kind) for kind in problem.types),
            )
            for problem in PROBLEMS
        ),
    )
    return GENERATED + INTRODUCTION + OF_FUNCTIONS + ours + OF_GATEWAY + gateways


def _kinds(kind: type[NovaPayError]) -> Iterator[type[NovaPayError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


def _is_answered(kind: type[NovaPayError]) -> bool:
    """Return whether clients meet it: a parent without a sentence of its own only sorts others."""
    return kind is NovaPayError or kind.detail is not NovaPayError.detail


def _place(kind: type[NovaPayError]) -> tuple[int, str, str]:
    return _status(kind), kind.code, kind.__name__


def _row(kind: type[NovaPayError]) -> tuple[str, ...]:
    is_processing = kind is Processing
    return (
        str(_status(kind)),
        "not a problem: `PROCESSING`" if is_processing else code(kind.code),
        UNFORESEEN if kind is NovaPayError else (kind.__doc__ or "").partition("\n\n")[0],
        _example(kind).detail,
        yes(is_processing or problems.form_of(kind).retryable),
        yes(issubclass(kind, Refusal)),
        code(kind.__name__),
    )


def _status(kind: type[NovaPayError]) -> int:
    """Return the status; a request in progress is no problem, see `novapay.http.api`."""
    return HTTPStatus.ACCEPTED if kind is Processing else problems.form_of(kind).status


def _example(kind: type[NovaPayError]) -> NovaPayError:
    """Return an error whose facts are their own names in braces."""
    facts: tuple[Field[Any], ...] = fields(kind) if is_dataclass(kind) else ()
    return kind(**{fact.name: f"{{{fact.name}}}" for fact in facts if fact.type in (str, int)})
