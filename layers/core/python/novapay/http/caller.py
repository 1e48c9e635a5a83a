"""Who is calling, as API Gateway has established it."""

from collections.abc import Mapping
from typing import Any

ANYONE = "anyone"


def caller_of(event: Mapping[str, Any]) -> str:
    """Return the caller's name: an authorizer's principal, an IAM identity, or `anyone`.

    The keys of one caller mean nothing to another, so this name is part of a key's scope.
    """
    context = event.get("requestContext") or {}
    principal = (context.get("authorizer") or {}).get("principalId")
    identity = (context.get("identity") or {}).get("userArn")
    return str(principal or identity or ANYONE)
