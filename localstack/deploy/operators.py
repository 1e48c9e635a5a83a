"""Registers this machine's admin token: its hash is stored where the functions read it."""

from __future__ import annotations

import json
from hashlib import sha256

from localstack.common.aws import LocalAws

LOCAL_OPERATOR = "local"


def register_operator(aws: LocalAws, secret_id: str, token: str) -> None:
    """Register `token` as the token of the only operator of the running stack.

    Args:
        aws: the AWS that the stack runs on.
        secret_id: the secret with the operators.
        token: the admin token; only its hash is stored."""
    operator = {"name": LOCAL_OPERATOR, "tokenSha256": sha256(token.encode()).hexdigest()}
    wanted = json.dumps({"operators": [operator]})
    secrets = aws.client("secretsmanager")
    if secrets.get_secret_value(SecretId=secret_id)["SecretString"] != wanted:
        secrets.put_secret_value(SecretId=secret_id, SecretString=wanted)
