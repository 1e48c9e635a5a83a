"""The way of every request: bounds, the app, and one log line with the metrics."""

import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import observability
from novapay.domain.caller import Scope
from novapay.domain.errors import NovaPayError
from novapay.http.address import check_repeats, routed
from novapay.http.api import problem_event
from novapay.http.body import BODY_BYTES_MAX, check_body
from novapay.http.caller import caller_of
from novapay.http.ids import request_id_of
from novapay.http.logged_facts import logged_facts, logged_ids
from novapay.http.security_headers import SECURITY_HEADERS

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Event]


def entrypoint(
    app: APIGatewayRestResolver,
    *,
    scope: Scope | None = None,
    body_bytes_max: int = BODY_BYTES_MAX,
) -> Handler:
    """Return the Lambda handler of an app; it never raises.

    Args:
        app: the endpoint's routes.
        scope: what a caller's token must allow, if it is more than the user's own.
        body_bytes_max: a larger body is refused unread.
    """

    def handle(event: Event, context: LambdaContext) -> Event:
        return respond(app, event, context, scope=scope, body_bytes_max=body_bytes_max)

    return logged(handle)


def respond(
    app: APIGatewayRestResolver,
    event: Event,
    context: LambdaContext,
    *,
    scope: Scope | None = None,
    body_bytes_max: int = BODY_BYTES_MAX,
) -> Event:
    """Return the app's answer, or the refusal of a caller, a body or an address out of bounds."""
    try:
        if scope is not None:
            caller_of(event).check_scope(scope)
        check_body(event, bytes_max=body_bytes_max)
        check_repeats(event)
        return app.resolve(routed(event), context)
    except NovaPayError as error:
        return problem_event(error, request_id_of(event))


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
