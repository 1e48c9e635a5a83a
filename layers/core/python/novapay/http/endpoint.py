"""Declares an endpoint: its route, who may call it, its answers, and the handler that Lambda calls.

The place of the module says the rest: its name is the operation's id and its folder the service.
"""

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from inspect import signature
from pathlib import PurePath
from typing import Any, ClassVar, Literal, ParamSpec, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from novapay import observability
from novapay.domain.caller import Caller, Origin, Scope
from novapay.domain.errors import (
    InvariantViolated,
    NovaPayError,
    Refusal,
    ScopeMissing,
    StoreUnavailable,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.http import responses
from novapay.http.address import check_repeats, refuse_unknown, routed
from novapay.http.body import BODY_BYTES_MAX, check_body, parse_json
from novapay.http.caller import caller_of, source_ip_of
from novapay.http.errors import IdempotencyKeyMissing
from novapay.http.idempotency_key import keyed_request_of
from novapay.http.ids import request_id_of
from novapay.http.logged_facts import logged_facts, logged_ids
from novapay.http.responses import JSON, problem_event
from novapay.http.schemas.fields import NORMALISED
from novapay.http.security_headers import SECURITY_HEADERS

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Event]
Method = Literal["GET", "PATCH", "POST"]
Errors = tuple[type[NovaPayError], ...]
Answered = BaseModel | Answer | Response[str]

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound=Answered)

PROBLEM_CODES = "x-problem-codes"
ANY_ERRORS: Errors = (StoreUnavailable, InvariantViolated, NovaPayError)
"""What any endpoint over data can fail with."""


class Endpoint:
    """An endpoint that clients call, or anybody where the gateway lets anybody through.

    Attributes:
        service: the folder of its module, or the module's own name where it stands alone.
        app: the resolver of its routes, which tells OpenAPI of them.
    """

    errors: ClassVar[Errors] = ()
    """What every endpoint of this kind can be refused for, beside its own errors."""

    def __init__(
        self, file: str, *, scope: Scope | None = None, body_bytes_max: int = BODY_BYTES_MAX
    ) -> None:
        """Declare an endpoint.

        Args:
            file: the module's own `__file__`.
            scope: what a caller's token must allow, if it is more than the user's own.
            body_bytes_max: a larger body is refused unread.
        """
        place = PurePath(file)
        self.name = place.stem
        self.service = place.stem if place.parent.name == "functions" else place.parent.name
        self.app = _resolver()
        self._scope = scope
        self._body_bytes_max = body_bytes_max
        self._status = HTTPStatus.OK

    @property
    def handler(self) -> Handler:
        """The Lambda handler; it never raises."""
        return logged(self.answer)

    def get(
        self,
        path: str,
        summary: str,
        *,
        model: type[BaseModel] | None = None,
        errors: Errors = (),
        is_csv_too: bool = False,
    ) -> Callable[[Callable[P, A]], Callable[P, A]]:
        """Declare what answers GET; see `_route`."""
        return self._route("GET", path, summary, model=model, errors=errors, is_csv_too=is_csv_too)

    def post(
        self,
        path: str,
        summary: str,
        *,
        model: type[BaseModel] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        errors: Errors = (),
    ) -> Callable[[Callable[P, A]], Callable[P, A]]:
        """Declare what answers POST; see `_route`."""
        return self._route("POST", path, summary, model=model, status=status, errors=errors)

    def patch(
        self,
        path: str,
        summary: str,
        *,
        model: type[BaseModel] | None = None,
        errors: Errors = (),
    ) -> Callable[[Callable[P, A]], Callable[P, A]]:
        """Declare what answers PATCH; see `_route`."""
        return self._route("PATCH", path, summary, model=model, errors=errors)

    def add(
        self,
        method: Method,
        path: str,
        function: Callable[..., Response[str]],
        *,
        summary: str,
        successes: dict[int, Any],
        errors: Errors,
    ) -> None:
        """Add a route, described for the OpenAPI document with the code of each of its errors.

        The documents make problems with examples of the codes; a function that starts need not.
        """
        self.app.route(
            path,
            method,
            operation_id=function.__name__,
            summary=summary,
            tags=[self.service],
            responses=successes,
            openapi_extensions={PROBLEM_CODES: sorted({kind.code for kind in errors})},
        )(function)

    def caller(self) -> Caller:
        """Return who makes the request that is being answered."""
        return caller_of(self.event)

    @property
    def event(self) -> Event:
        """The proxy event that is being answered."""
        return self.app.current_event.raw_event

    @property
    def request_id(self) -> str:
        """The id of the request that is being answered."""
        return request_id_of(self.event)

    @property
    def origin(self) -> Origin:
        """Where the request that is being answered came from."""
        return Origin(self.caller().name, source_ip_of(self.event), self.request_id)

    def keyed_request(self, body: BaseModel) -> KeyedRequest | None:
        """Return the key and payload of the request, or None if it came without a key.

        Raises:
            IdempotencyKeyInvalid: the header is there and is not one key.
        """
        return keyed_request_of(self.event, body.model_dump(mode="json", context=NORMALISED))

    def required_keyed_request(self, body: BaseModel) -> KeyedRequest:
        """Return the key and payload of the request.

        Raises:
            IdempotencyKeyMissing: it came without a key.
            IdempotencyKeyInvalid: the header is there and is not one key.
        """
        found = self.keyed_request(body)
        if found is None:
            raise IdempotencyKeyMissing
        return found

    def answers(self, model: Callable[[R], BaseModel]) -> Callable[[R | Refusal], Answer]:
        """Return what turns a result or a refusal into the answer that is stored under a key.

        Args:
            model: turns a result into the body that clients read.
        """
        request_id = self.request_id

        def answer(result: R | Refusal) -> Answer:
            if isinstance(result, Refusal):
                return responses.refusal_answer(result, request_id=request_id)
            return Answer(self._status, responses.json_of(model(result)))

        return answer

    def answer(self, event: Event, context: LambdaContext) -> Event:
        """Return the app's answer, or the refusal of a caller, a body or an address."""
        try:
            if self._scope is not None:
                caller_of(event).check_scope(self._scope)
            check_body(event, bytes_max=self._body_bytes_max)
            check_repeats(event)
            return self.app.resolve(routed(event), context)
        except NovaPayError as error:
            return problem_event(error, request_id_of(event))

    def _route(
        self,
        method: Method,
        path: str,
        summary: str,
        *,
        model: type[BaseModel] | None,
        status: HTTPStatus = HTTPStatus.OK,
        errors: Errors,
        is_csv_too: bool = False,
    ) -> Callable[[Callable[P, A]], Callable[P, A]]:
        """Return the decorator of the function that answers a route.

        Args:
            method: the route's method.
            path: the route's path, with `<name>` for each parameter.
            summary: what the operation does, in a few words.
            model: the body of a success, where the function returns something else than a body.
            status: the status of a success.
            is_csv_too: whether a success may also be CSV.
            errors: those of its own, beside what its kind, a route, a body or a key brings.
        """
        self._status = status

        def declare(function: Callable[P, A]) -> Callable[P, A]:
            asked = signature(function)
            body = model or asked.return_annotation

            @wraps(function)
            def respond(*args: P.args, **kwargs: P.kwargs) -> Response[str]:
                found = function(*args, **kwargs)
                if isinstance(found, BaseModel):
                    return responses.reply(found, status)
                return responses.answer_response(found) if isinstance(found, Answer) else found

            respond.__signature__ = asked.replace(return_annotation=Response[str])  # type: ignore[attr-defined]
            scoped = (ScopeMissing,) if self._scope is not None else ()
            content: dict[str, Any] = {JSON: {"model": body}}
            if is_csv_too:
                content["text/csv"] = {"schema": {"type": "string"}}
            self.add(
                method,
                path,
                respond,
                summary=summary,
                successes={status.value: {"description": summary, "content": content}},
                errors=(*errors, *self.errors, *scoped, *ANY_ERRORS),
            )
            return function

        return declare


def _resolver() -> APIGatewayRestResolver:
    """Return an app that validates requests and answers every error with problem+json."""
    app = APIGatewayRestResolver(
        enable_validation=True,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        json_body_deserializer=parse_json,
    )

    def refuse(error: Exception) -> Response[str]:
        return responses.error_response(error, request_id_of(app.current_event.raw_event))

    app.exception_handler(Exception)(refuse)
    app.not_found(refuse)
    app.use([refuse_unknown])
    return app


def logged(handle: Handler) -> Handler:
    """Return a handler that answers every error, names the request, writes its line and metrics.

    What would leave a function as an exception would reach the client in API Gateway's own words.
    """

    def handler(event: Event, context: LambdaContext) -> Event:
        started = time.monotonic()
        request_id = request_id_of(event)
        try:
            response = handle(event, context)
        except Exception as error:  # noqa: BLE001 - the last one who can still answer
            response = problem_event(error, request_id)
        headers = response["multiValueHeaders"]
        headers["x-request-id"] = [request_id]
        headers.setdefault("Cache-Control", ["no-store"])
        headers.update({name: [value] for name, value in SECURITY_HEADERS.items()})
        observability.log_request(
            request_id=request_id,
            method=event.get("httpMethod"),
            route=event.get("resource"),
            status=int(response["statusCode"]),
            duration_ms=round((time.monotonic() - started) * 1000, 1),
            **{
                **logged_facts(event.get("body"), response.get("body")),
                **logged_ids(event.get("pathParameters")),
            },
        )
        observability.flush()
        return response

    return handler
