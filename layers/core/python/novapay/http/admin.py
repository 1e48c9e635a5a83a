"""The way of every operator's request: a valid token first, and a line in the audit log last.

An operator's call is answered only after its line is in the log. A denied call is a line in the
function's log and a metric: a stranger must not make the audit log grow.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay.domain.audit import AuditEvent
from novapay.domain.caller import Caller
from novapay.domain.ports import Operators
from novapay.http.caller import source_ip_of
from novapay.http.endpoint import Endpoint, Errors, Event
from novapay.http.errors import Unauthorized
from novapay.http.ids import id_of, request_id_of
from novapay.http.operators import operator_of
from novapay.http.responses import problem_event


class AdminEndpoint(Endpoint):
    """An endpoint that operators call; the module's name is the action in the audit log."""

    errors: ClassVar[Errors] = (Unauthorized,)

    def __init__(
        self,
        file: str,
        operators: Callable[[], Operators],
        record: Callable[[AuditEvent], None],
    ) -> None:
        """Declare an endpoint.

        Args:
            file: the module's own `__file__`.
            operators: returns who knows the operators and their tokens.
            record: appends to the audit log.
        """
        super().__init__(file)
        self._operators = operators
        self._record = record
        self._operator = ""

    def caller(self) -> Caller:
        """Return the operator who makes the call: one who may act for every client."""
        return Caller(f"operator:{self._operator}")

    def answer(self, event: Event, context: LambdaContext) -> Event:
        """Return the app's answer after its line is in the log, or refuse who is no operator."""
        operator = operator_of(self._operators(), event)
        if operator is None:
            return problem_event(Unauthorized(), request_id_of(event))
        self._operator = operator
        response = super().answer(event, context)
        self._record(
            AuditEvent(
                actor=operator,
                action=self.name,
                target=_target_of(event),
                source_ip=source_ip_of(event),
                status=int(response["statusCode"]),
                request_id=request_id_of(event),
            )
        )
        return response


def _target_of(event: Mapping[str, Any]) -> str | None:
    """Return what the call was about: the id in its path, or the wallet that it asked for.

    Anything else that somebody puts there may be a secret in the wrong place, so it is not kept.
    """
    named = event.get("pathParameters") or event.get("queryStringParameters") or {}
    asked = [value for name, value in named.items() if name.endswith("Id")]
    return id_of(asked[0]) if asked else None
