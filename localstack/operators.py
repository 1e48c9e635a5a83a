"""Makes this machine's admin token work: its hash is written where the functions look for it."""

from __future__ import annotations

import json
from hashlib import sha256

from localstack import aws

LOCAL_OPERATOR = "local"


def register_operator(endpoint_url: str, secret_id: str, token: str) -> None:
    """Make `token` that of the one operator of the running stack."""
    operator = {"name": LOCAL_OPERATOR, "tokenSha256": sha256(token.encode()).hexdigest()}
    wanted = json.dumps({"operators": [operator]})
    secrets = aws.client("secretsmanager", endpoint_url)
    if secrets.get_secret_value(SecretId=secret_id)["SecretString"] != wanted:
        secrets.put_secret_value(SecretId=secret_id, SecretString=wanted)
