"""The way of every admin request: a valid operator's token, and a line in the audit log.

An operator's call is answered only after its line is in the log. A denied call is a line in the
function's log and a metric: whoever is nobody must not make the log of operators grow.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay.domain.audit import AuditEvent
from novapay.http.api import problem_event
from novapay.http.entrypoint import Event, Handler, logged, respond
from novapay.http.errors import Unauthorized
from novapay.http.ids import id_of, request_id_of
from novapay.http.operators import operator_of, source_ip_of


class Gate(Protocol):
    """Knows the operators, and keeps the audit log."""

    def operator_of(self, token: str) -> str | None:
        """Return the name of the operator whose token it is, or None."""

    def record(self, event: AuditEvent) -> None:
        """Append to the audit log."""


def admin_entrypoint(app: APIGatewayRestResolver, gate: Callable[[], Gate], action: str) -> Handler:
    """Return the Lambda handler of an admin endpoint.

    Args:
        app: the endpoint's routes.
        gate: returns who knows the operators and keeps the log.
        action: the operation's name in the log.
    """

    def guarded(event: Event, context: LambdaContext) -> Event:
        return _guarded(app, gate(), action, event, context)

    return logged(guarded)


def _guarded(
    app: APIGatewayRestResolver, gate: Gate, action: str, event: Event, context: LambdaContext
) -> Event:
    operator = operator_of(gate.operator_of, event)
    if operator is None:
        return problem_event(Unauthorized(), request_id_of(event))
    response = respond(app, event, context)
    gate.record(
        AuditEvent(
            actor=operator,
            action=action,
            target=_target_of(event),
            source_ip=source_ip_of(event),
            status=int(response["statusCode"]),
            request_id=request_id_of(event),
        )
    )
    return response


def _target_of(event: Mapping[str, Any]) -> str | None:
    """Return what the call was about: its path's id, or the wallet that it asked for.

    Whatever else somebody puts there may be a secret in the wrong place, so it is not kept.
    """
    named = event.get("pathParameters") or event.get("queryStringParameters") or {}
    asked = [value for name, value in named.items() if name.endswith("Id")]
    return id_of(asked[0]) if asked else None
