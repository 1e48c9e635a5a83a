"""The one place that makes problem+json (RFC 9457): of the functions' errors and the gateway's."""

import json
from http import HTTPStatus
from typing import Any, NamedTuple

from novapay.domain import errors
from novapay.domain.errors import NovaPayError
from novapay.http.errors import PayloadTooLarge, Unauthorized, UnsupportedMediaType

PROBLEM_TYPE_PREFIX = "urn:novapay:problem:"
CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = {"Retry-After": "1"}
"""The seconds to wait before sending the same request again; in every answer that may change."""

ACRONYMS = {"fx": "FX", "json": "JSON"}


class Form(NamedTuple):
    """How a class of errors looks over HTTP; `retryable`: the same request may succeed later."""

    status: HTTPStatus
    retryable: bool = False


FORMS: dict[type[NovaPayError], Form] = {
    errors.InvalidInput: Form(HTTPStatus.BAD_REQUEST),
    UnsupportedMediaType: Form(HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    PayloadTooLarge: Form(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    Unauthorized: Form(HTTPStatus.UNAUTHORIZED),
    errors.Forbidden: Form(HTTPStatus.FORBIDDEN),
    errors.NotFound: Form(HTTPStatus.NOT_FOUND),
    errors.Refusal: Form(HTTPStatus.UNPROCESSABLE_ENTITY),
    errors.FxQuoteUsed: Form(HTTPStatus.CONFLICT),
    errors.WalletStatusConflict: Form(HTTPStatus.CONFLICT),
    errors.FxQuoteExpired: Form(HTTPStatus.GONE),
    errors.HoldClosed: Form(HTTPStatus.CONFLICT),
    errors.HoldExpired: Form(HTTPStatus.GONE),
    errors.Conflict: Form(HTTPStatus.CONFLICT),
    errors.OutcomeUnknown: Form(HTTPStatus.SERVICE_UNAVAILABLE),
    errors.Unavailable: Form(HTTPStatus.SERVICE_UNAVAILABLE, retryable=True),
    errors.NovaPayError: Form(HTTPStatus.INTERNAL_SERVER_ERROR, retryable=True),
}


def form_of(kind: type[NovaPayError]) -> Form:
    """Return the HTTP form of a class of errors: that of its nearest ancestor in FORMS."""
    return next(FORMS[ancestor] for ancestor in kind.__mro__ if ancestor in FORMS)


def title_of(code: str) -> str:
    """Return a code as a heading: `fx-quote-used` is "FX quote used"."""
    words = [ACRONYMS.get(word, word) for word in code.split("-")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def document_of(code: str, form: Form, *, detail: str, request_id: str) -> dict[str, Any]:
    """Return what every problem says, whoever answers with it."""
    return {
        "type": PROBLEM_TYPE_PREFIX + code,
        "title": title_of(code),
        "status": form.status.value,
        "detail": detail,
        "code": code,
        "requestId": request_id,
        "retryable": form.retryable,
    }


def problem(error: NovaPayError, *, request_id: str) -> dict[str, Any]:
    """Return the problem+json document of an error."""
    form = form_of(type(error))
    document = document_of(error.code, form, detail=error.detail, request_id=request_id)
    if isinstance(error, errors.Refusal | errors.ReferenceTaken) and error.transaction_id:
        document["transactionId"] = error.transaction_id
    if isinstance(error, errors.InvalidInput):
        document["errors"] = [
            {"pointer": fault.pointer, "detail": fault.detail} for fault in error.field_errors
        ]
    return document


def problem_json(error: NovaPayError, *, request_id: str) -> str:
    """Return the same as text."""
    return json.dumps(problem(error, request_id=request_id))
