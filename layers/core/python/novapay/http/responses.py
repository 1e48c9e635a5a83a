"""Every answer of a function: a success, a stored answer, an error as a problem."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from pydantic import BaseModel

from novapay import observability
from novapay.domain.errors import (
    ClockSkewed,
    FieldError,
    InvalidInput,
    InvariantViolated,
    NovaPayError,
    Processing,
    Refusal,
)
from novapay.domain.fault import fault_of
from novapay.domain.idempotency import Answer
from novapay.http import problems
from novapay.http.address import pointer_to
from novapay.http.errors import RouteNotFound, UnsupportedMediaType

REPLAYED_HEADER = "Idempotent-Replayed"

FIELD_ERRORS_MAX = 100
JSON = "application/json"


def reply(
    model: BaseModel,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Return a success that is not bound to a key."""
    response = answer_response(Answer(status, json_of(model)))
    response.headers.update(headers or {})
    return response


def answer_response(answer: Answer) -> Response[str]:
    """Return an answer as HTTP, saying whether it is a replay."""
    is_problem = answer.status >= HTTPStatus.BAD_REQUEST
    return Response(
        status_code=answer.status,
        content_type=problems.CONTENT_TYPE if is_problem else JSON,
        body=answer.body,
        headers={REPLAYED_HEADER: "true"} if answer.replayed else {},
    )


def refusal_answer(refusal: Refusal, *, request_id: str) -> Answer:
    """Return the answer that is stored where a request is refused."""
    body = problems.problem_json(refusal, request_id=request_id)
    return Answer(problems.form_of(type(refusal)).status, body)


def error_response(error: Exception, request_id: str) -> Response[str]:
    """Return an error as HTTP; one that nobody foresaw is logged and says nothing of itself."""
    known = _known(error)
    if isinstance(known, Processing):
        body = json.dumps({"status": "PROCESSING", "message": known.detail})
        return Response(
            status_code=HTTPStatus.ACCEPTED,
            content_type=JSON,
            body=body,
            headers=dict(problems.RETRY_AFTER),
        )
    form = problems.form_of(type(known))
    if form.status is HTTPStatus.INTERNAL_SERVER_ERROR:
        observability.log_failure(error, request_id=request_id)
    if isinstance(known, ClockSkewed):
        observability.log_event("clock", offset_ms=known.offset_ms, request_id=request_id)
    if isinstance(known, InvariantViolated):
        observability.EmfMeter().violation(fault_of(known))
    return Response(
        status_code=form.status,
        content_type=problems.CONTENT_TYPE,
        body=problems.problem_json(known, request_id=request_id),
        headers=dict(problems.RETRY_AFTER) if form.retryable else {},
    )


def problem_event(error: Exception, request_id: str) -> dict[str, Any]:
    """Return an error as API Gateway wants it, for a request that does not reach its app."""
    response = error_response(error, request_id)
    return {
        "statusCode": int(response.status_code),
        "body": response.body,
        "isBase64Encoded": False,
        "multiValueHeaders": {name: [str(value)] for name, value in response.headers.items()},
    }


def json_of(model: BaseModel) -> str:
    """Return a body as text; fields that its schema leaves out on purpose are left out."""
    return model.model_dump_json(exclude_unset=True)


def _known(error: Exception) -> NovaPayError:
    if isinstance(error, NovaPayError):
        return error
    if isinstance(error, NotFoundError):
        return RouteNotFound()
    if isinstance(error, RequestUnsupportedContentType):
        return UnsupportedMediaType()
    if isinstance(error, RequestValidationError):
        faults = error.errors()[:FIELD_ERRORS_MAX]
        return InvalidInput(errors=tuple(_field_error(fault) for fault in faults))
    return NovaPayError()


def _field_error(fault: Mapping[str, Any]) -> FieldError:
    where, *path = fault["loc"]
    pointer = pointer_to(path if where == "body" else [where, *path])
    return FieldError(pointer, str(fault["msg"]).removeprefix("Value error, "))
