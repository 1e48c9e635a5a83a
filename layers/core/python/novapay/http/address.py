"""What a request's address must be, once for every operation: its route, and its query."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from novapay.domain.errors import FieldError, InvalidInput

_PARAMETER = re.compile(r"\{(\w+)\}")


def routed(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with the path of the route that API Gateway has chosen.

    Its own path begins with the base path where a custom domain has one (`/v1/health`), which no
    route of ours does. What comes before a route, stage or base path, is the gateway's business.
    """
    parameters = event.get("pathParameters") or {}
    path = _PARAMETER.sub(lambda name: str(parameters.get(name[1], name[0])), event["resource"])
    return {**event, "path": path}


def check_repeats(event: Mapping[str, Any]) -> None:
    """Refuse a query that names something twice: nobody knows which value is meant.

    Raises:
        InvalidInput: with each name that stands there more than once.
    """
    query = event.get("multiValueQueryStringParameters") or {}
    _refuse((name for name, values in query.items() if len(values) > 1), "must be given once")


def refuse_unknown(app: APIGatewayRestResolver, go_on: NextMiddleware) -> Response[str]:
    """Refuse a query parameter that the route does not have: a middleware of every app.

    Raises:
        InvalidInput: with each such name.
    """
    route = app.context["_route"]
    if not route.tags:
        # A path that has no route is answered by one that the resolver makes: 404, whatever else.
        return go_on(app)
    known = {parameter.alias for parameter in route.dependant.query_params}
    query = app.current_event.resolved_query_string_parameters
    _refuse((name for name in query if name not in known), _unknown(known))
    return go_on(app)


def pointer_to(parts: Iterable[object]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _refuse(names: Iterable[str], detail: str) -> None:
    faults = tuple(FieldError(pointer_to(("query", name)), detail) for name in names)
    if faults:
        raise InvalidInput(errors=faults)


def _unknown(known: set[str]) -> str:
    have = f"only {', '.join(sorted(known))}" if known else "none"
    return f"is no query parameter of this operation: it has {have}"
