"""What every endpoint shares: its resolver, its description, and how it answers."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from pydantic import BaseModel

from novapay import observability
from novapay.domain.caller import Caller
from novapay.domain.errors import (
    ClockSkewed,
    FieldError,
    InvalidInput,
    InvariantViolated,
    NovaPayError,
    Processing,
    Refusal,
    StoreUnavailable,
)
from novapay.domain.fault import fault_of
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.http import problems
from novapay.http.address import pointer_to, refuse_unknown
from novapay.http.body import parse_json
from novapay.http.caller import caller_of
from novapay.http.errors import IdempotencyKeyMissing, RouteNotFound, UnsupportedMediaType
from novapay.http.idempotency_key import keyed_request_of
from novapay.http.ids import request_id_of
from novapay.http.schemas.fields import NORMALISED

R = TypeVar("R")

REPLAYED_HEADER = "Idempotent-Replayed"
RETRY_AFTER = {"Retry-After": "1"}
"""In how many seconds to send the same request again: said with every answer that may change."""

FIELD_ERRORS_MAX = 100
JSON = "application/json"
PROBLEM_CODES = "x-problem-codes"


class Operation(TypedDict):
    """What a route says of itself in the OpenAPI document."""

    operation_id: str
    summary: str
    tags: list[str]
    responses: Any
    openapi_extensions: NotRequired[dict[str, list[str]]]


def resolver() -> APIGatewayRestResolver:
    """Return an app that validates requests and answers every error with problem+json."""
    app = APIGatewayRestResolver(
        enable_validation=True,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        json_body_deserializer=parse_json,
    )

    def refuse(error: Exception) -> Response[str]:
        return error_response(error, request_id_of(app.current_event.raw_event))

    app.exception_handler(Exception)(refuse)
    app.not_found(refuse)
    app.use([refuse_unknown])
    return app


def operation(
    operation_id: str,
    *,
    service: str,
    summary: str,
    model: type[BaseModel],
    status: HTTPStatus = HTTPStatus.OK,
    errors: tuple[type[NovaPayError], ...] = (),
) -> Operation:
    """Return a route's description, with the code of every error that it names.

    The documents make problems with examples of the codes; a function that starts need not.

    Args:
        operation_id: the endpoint's name, the same as its module's.
        service: the service that it belongs to.
        summary: what it does, in a few words.
        model: the body of a success.
        status: of a success.
        errors: those of its own, beside what any route, body or key can be refused for.
    """
    kinds: tuple[type[NovaPayError], ...] = (
        *errors,
        StoreUnavailable,
        InvariantViolated,
        NovaPayError,
    )
    return Operation(
        operation_id=operation_id,
        summary=summary,
        tags=[service],
        responses={status.value: {"description": summary, "content": {JSON: {"model": model}}}},
        openapi_extensions={PROBLEM_CODES: sorted({kind.code for kind in kinds})},
    )


def reply(
    model: BaseModel,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Return a success that is not bound to a key."""
    response = answer_response(Answer(status, _json(model)))
    response.headers.update(headers or {})
    return response


def keyed_request(app: APIGatewayRestResolver, body: BaseModel) -> KeyedRequest | None:
    """Return the key and payload of the current request, or None if it came without a key.

    Raises:
        IdempotencyKeyInvalid: the header is there and is not one key.
    """
    return keyed_request_of(
        app.current_event.raw_event, body.model_dump(mode="json", context=NORMALISED)
    )


def required_keyed_request(app: APIGatewayRestResolver, body: BaseModel) -> KeyedRequest:
    """Return the key and payload of the current request.

    Raises:
        IdempotencyKeyMissing: it came without a key.
        IdempotencyKeyInvalid: the header is there and is not one key.
    """
    found = keyed_request(app, body)
    if found is None:
        raise IdempotencyKeyMissing
    return found


def caller(app: APIGatewayRestResolver) -> Caller:
    """Return who makes the request that the app is answering."""
    return caller_of(app.current_event.raw_event)


def answers(
    app: APIGatewayRestResolver, status: HTTPStatus, model: Callable[[R], BaseModel]
) -> Callable[[R | Refusal], Answer]:
    """Return what puts a result or a refusal into the words that are kept under a key.

    Args:
        app: whose current event is being answered.
        status: of a success.
        model: puts a result into the form that clients read.
    """
    request_id = request_id_of(app.current_event.raw_event)

    def answer(result: R | Refusal) -> Answer:
        if isinstance(result, Refusal):
            body = problems.problem_json(result, request_id=request_id)
            return Answer(problems.form_of(type(result)).status, body)
        return Answer(status, _json(model(result)))

    return answer


def answer_response(answer: Answer) -> Response[str]:
    """Return an answer as HTTP, saying whether it is a replay."""
    is_problem = answer.status >= HTTPStatus.BAD_REQUEST
    return Response(
        status_code=answer.status,
        content_type=problems.CONTENT_TYPE if is_problem else JSON,
        body=answer.body,
        headers={REPLAYED_HEADER: "true"} if answer.replayed else {},
    )


def error_response(error: Exception, request_id: str) -> Response[str]:
    """Return an error as HTTP; one that nobody foresaw is logged and says nothing of itself."""
    known = _known(error)
    if isinstance(known, Processing):
        body = json.dumps({"status": "PROCESSING", "message": known.detail})
        return Response(
            status_code=HTTPStatus.ACCEPTED,
            content_type=JSON,
            body=body,
            headers=dict(RETRY_AFTER),
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
        headers=dict(RETRY_AFTER) if form.retryable else {},
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


def _json(model: BaseModel) -> str:
    """Return a body as text; fields that a form leaves out on purpose are left out."""
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
