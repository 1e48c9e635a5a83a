"""Who may use the admin endpoints: names and hashes of tokens, stored in Secrets Manager."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from novapay.domain.errors import Unavailable
from novapay.domain.operator import Operator

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_S = 60
"""Seconds for which the secret is cached; a revoked token works at most this much longer."""


class SecretOperators:
    """The operators of a secret: `{"operators": [{"name": …, "tokenSha256": …}]}`."""

    def __init__(
        self,
        client: "SecretsManagerClient",
        secret_id: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._secret_id = secret_id
        self._monotonic = monotonic
        self._operators: tuple[Operator, ...] = ()
        self._read_at: float | None = None

    def list_operators(self) -> tuple[Operator, ...]:
        """Return the operators as they were at most a minute ago.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        now = self._monotonic()
        if self._read_at is None or now - self._read_at > KEPT_S:
            self._operators = self._read()
            self._read_at = now
        return self._operators

    def _read(self) -> tuple[Operator, ...]:
        try:
            secret = self._client.get_secret_value(SecretId=self._secret_id)["SecretString"]
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        rows = json.loads(secret)["operators"]
        return tuple(Operator(row["name"], row["tokenSha256"]) for row in rows)
