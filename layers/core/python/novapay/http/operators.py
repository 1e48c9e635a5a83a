"""Whose token an admin call came with, told to functions and to the authorizer before them.

Apart from the endpoints, because an authorizer pays for nothing that it does not use.
"""

from collections.abc import Mapping
from typing import Any

from novapay import observability
from novapay.domain.operator import identify
from novapay.domain.ports import Operators
from novapay.http.caller import source_ip_of
from novapay.http.ids import request_id_of

TOKEN_HEADER = "x-admin-token"  # noqa: S105 - the header's name


def operator_of(operators: Operators, event: Mapping[str, Any]) -> str | None:
    """Return the name of the operator who makes a call, or None after logging and counting it.

    Args:
        operators: who may call.
        event: what API Gateway says of the request, to a function or to an authorizer.
    """
    headers = event.get("headers") or {}
    token = next((v for name, v in headers.items() if name.lower() == TOKEN_HEADER), "")
    operator = identify(token, operators.list_operators())
    if operator is None:
        observability.log_event(
            "admin call denied",
            request_id=request_id_of(event),
            route=event.get("resource"),
            source_ip=source_ip_of(event),
        )
        observability.EmfMeter().count("admin_calls_denied")
        return None
    return operator.name
