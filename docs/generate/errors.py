"""The page of every error code: first those of the functions, then those of API Gateway."""

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

Every error is an `{problems.CONTENT_TYPE}` document (RFC 9457) with `type`, `title`, `status`,
`detail`, `code`, `requestId` and `retryable`. A 400 also has `errors`, a list of objects with
`pointer` (a JSON pointer into the body, or `/query/…`, `/path/…`, `/header/…`) and `detail`. A
refused transfer has a `transactionId`, under which it can be looked up. Codes do not change: use
them in your program, and show `detail` to people.

*Retryable* means that the same request, with the same `Idempotency-Key`, may succeed later. *Kept*
means that, on a route that accepts a key, the response is stored under the key and replayed for 24
hours; every other error leaves the key unused. Every retryable response, including 202, has a
`Retry-After` header with the number of seconds to wait.
"""

OF_FUNCTIONS = """
## From NovaPay

Words in braces stand for facts of the request. Several classes may share a code; each describes a
different fault.

"""

UNFORESEEN = "An unexpected error; it is logged with its stack trace."

OF_GATEWAY = """
## From API Gateway

API Gateway returns these errors before a function is called, in the same form.

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
                str(problem.form.status.value),
                code(problem.code),
                problem.detail,
                yes(problem.form.retryable),
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
    """Return whether clients can get it: a parent without its own detail only groups others."""
    return kind is NovaPayError or kind.template is not NovaPayError.template


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
    """Return the status; a request in progress is not a problem: see `novapay.http.responses`."""
    return HTTPStatus.ACCEPTED if kind is Processing else problems.form_of(kind).status


def _example(kind: type[NovaPayError]) -> NovaPayError:
    """Return an error in which each fact is replaced by its name in braces."""
    facts: tuple[Field[Any], ...] = fields(kind) if is_dataclass(kind) else ()
    return kind(**{fact.name: f"{{{fact.name}}}" for fact in facts if fact.type in (str, int)})
