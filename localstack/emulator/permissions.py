"""What MiniStack's `AUTH=true` leaves open or does not know, of signatures and permissions.

With it MiniStack runs each function under its own role and holds a role's policy against every
call. Four things are added here, which docs/decisions/0036 has the reasons for:

- It lets in whoever names the key `test` or a number of twelve digits, and answers its own paths
  without any key.
- The keys of a function can be computed from its name.
- It does not know the condition keys of an encryption context.
- An API answers a caller who may not call a route in other words than those of its template.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.core.iam_evaluator import AuthError, EvalResult, is_root_access_key
from ministack.core.router import extract_access_key_id
from ministack.core.sigv4 import decode_header_value
from ministack.services import apigateway_v1, sts

from localstack.common.environment import ACCOUNT
from localstack.common.keys import Keys
from localstack.emulator.runtime import EMBEDDED

OWN_PATHS = ("/_ministack/", "/_localstack/")
"""What MiniStack's own paths begin with: they reset it, change its settings and give out code."""

CONTEXT = "kms:EncryptionContext"


def enforce(root: Keys) -> None:
    """Promise that only the holder of `root` may do anything, and a function what its role may."""
    _let_in(root)
    _hide_keys_of_functions()
    iam_actions.request_tag_context = _knowing_encryption_contexts(iam_actions.request_tag_context)
    _let_apis_deny()


def refusal_of_stranger(request: Mapping[str, Any]) -> str:
    """Return in one sentence why a request is not answered, or an empty text if it may be.

    MiniStack itself checks the signatures of all other keys.

    Args:
        request: the scope of an ASGI application; it is read exactly as MiniStack reads it.
    """
    path = request["path"]
    if path.startswith(OWN_PATHS) and path != EMBEDDED.health_path:
        return "The emulator's own paths are closed: delete .local/ to begin with an empty AWS."
    signed = [value for name, value in request["headers"] if name.lower() == b"authorization"]
    named = extract_access_key_id(
        {"authorization": ", ".join(map(decode_header_value, signed))},
        parse_qs(request["query_string"].decode(), keep_blank_values=True),
    )
    if named and is_root_access_key(named):
        return f"The key {named} is not valid here: use those in .local/outputs.json."
    return ""


def _let_in(root: Keys) -> None:
    """Make the root keys known as those of a session, because MiniStack checks its signatures."""
    sts.register_session(
        root.id,
        {
            "Arn": f"arn:aws:iam::{ACCOUNT}:root",
            "UserId": ACCOUNT,
            "PrincipalType": "Root",
            "SecretAccessKey": root.secret,
        },
    )


def _hide_keys_of_functions() -> None:
    """Mix a random secret into the keys of functions, which are digests of their names."""
    secret = secrets.token_bytes()

    def sha256(data: bytes) -> hmac.HMAC:
        return hmac.new(secret, data, hashlib.sha256)

    lambda_runtime.hashlib = SimpleNamespace(sha256=sha256)


def _knowing_encryption_contexts(context_of: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Return what adds the condition keys of KMS's encryption context to those of a request.

    Args:
        context_of: `ministack.core.iam_actions.request_tag_context`.
    """

    def knowing(service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
        known = dict(context_of(service, action, body, params))
        if service == "kms":
            context = json.loads(body or b"{}").get("EncryptionContext") or {}
            known |= {f"{CONTEXT}:{name}": value for name, value in context.items()}
            known[f"{CONTEXT}Keys"] = list(context)
        return known

    return knowing


def _let_apis_deny() -> None:
    """Make API Gateway answer a caller whose policies do not allow a route, as on AWS."""
    denial = ("ACCESS_DENIED", "AccessDeniedException")
    apigateway_v1._AUTHENTICATION_GATEWAY_ERRORS["AccessDenied"] = denial  # noqa: SLF001
    evaluated = iam_evaluator.enforce

    def enforce(key: str, action: str, *where: Any, **how: Any) -> EvalResult | AuthError | None:
        denied = evaluated(key, action, *where, **how)
        if action == "execute-api:Invoke" and isinstance(denied, EvalResult):
            return AuthError("AccessDenied", "User is not authorized to access this resource")
        return denied

    iam_evaluator.enforce = enforce
