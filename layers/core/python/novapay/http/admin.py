"""The way of every admin request: a valid operator's token, and a line in the audit log.

A call is answered only after its line is in the log, denied calls too.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay.domain.audit import NOBODY, AuditEvent
from novapay.domain.errors import Unauthorized
from novapay.http.api import problem_event, request_id_of
from novapay.http.entrypoint import Event, Handler, logged, respond

TOKEN_HEADER = "x-admin-token"  # noqa: S105 - the header's name
TOKEN_CHARACTERS_MAX = 200
TARGET_CHARACTERS_MAX = 100


class Gate(Protocol):
    """Knows operators, and keeps the log."""

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
    operator = _operator_of(gate, event)
    if operator is None:
        response = problem_event(Unauthorized(), request_id_of(event))
    else:
        response = respond(app, event, context)
    gate.record(
        AuditEvent(
            actor=operator or NOBODY,
            action=action,
            target=_target_of(event),
            source_ip=_source_ip_of(event),
            status=int(response["statusCode"]),
            request_id=request_id_of(event),
        )
    )
    return response


def _operator_of(gate: Gate, event: Mapping[str, Any]) -> str | None:
    headers = event.get("headers") or {}
    token = next((v for name, v in headers.items() if name.lower() == TOKEN_HEADER), "")
    if not 0 < len(token) <= TOKEN_CHARACTERS_MAX:
        return None
    return gate.operator_of(token)


def _target_of(event: Mapping[str, Any]) -> str | None:
    """Return what the call was about: its path's id, or the wallet that it asked for."""
    ids = list((event.get("pathParameters") or {}).values())
    wallet_id = (event.get("queryStringParameters") or {}).get("walletId")
    target = next(iter(ids), wallet_id)
    return None if target is None else str(target)[:TARGET_CHARACTERS_MAX]


def _source_ip_of(event: Mapping[str, Any]) -> str | None:
    identity = (event.get("requestContext") or {}).get("identity") or {}
    return identity.get("sourceIp")
