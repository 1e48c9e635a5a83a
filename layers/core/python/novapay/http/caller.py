"""Who is calling, as API Gateway has established it."""

import re
from collections.abc import Mapping
from typing import Any

from novapay.domain.caller import Caller
from novapay.domain.wallet import UserId
from novapay.schema import LOCAL_STAGE, OPEN_CALLER

ANYONE = Caller(OPEN_CALLER)

_ROLE_SESSION = re.compile(r"(arn:[^:]+:sts::\d+:assumed-role/[^/]+)/.+")


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Return the user of a verified token, the service behind an IAM identity, or anyone.

    Raises:
        RuntimeError: a stage that must not be open let a request through without either.
    """
    context = event.get("requestContext") or {}
    authorizer = context.get("authorizer") or {}
    if "principalId" in authorizer:
        user = str(authorizer["principalId"])
        return Caller(
            user, UserId(user), frozenset(str(authorizer.get("scope", "")).split(" ")) - {""}
        )
    identity = (context.get("identity") or {}).get("userArn")
    if identity:
        return Caller(_without_session(str(identity)))
    if context.get("stage") != LOCAL_STAGE:
        raise RuntimeError("a request came without an identity to a stage that is not open")
    return ANYONE


def source_ip_of(event: Mapping[str, Any]) -> str | None:
    """Return the address that a call came from, as API Gateway saw it."""
    identity = (event.get("requestContext") or {}).get("identity") or {}
    return identity.get("sourceIp")


def _without_session(arn: str) -> str:
    """Return a role without the session's name: a retry may come from another machine of it."""
    return _ROLE_SESSION.sub(r"\1", arn)
