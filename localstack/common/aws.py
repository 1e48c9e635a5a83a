"""AWS clients for the local AWS, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from localstack.common import environment
from localstack.common.keys import ANY, Keys


@dataclass(frozen=True, slots=True)
class LocalAws:
    """An AWS on this machine, and the keys that it lets do anything.

    Attributes:
        endpoint_url: where every client finds it.
        keys: valid there, and in no real account.
    """

    endpoint_url: str
    keys: Keys = ANY

    def client(self, service: str) -> Any:
        """Return a client of one service.

        `Any`, because boto3's types need the service's name as a literal.
        """
        make: Callable[..., Any] = boto3.client
        return make(
            service,
            endpoint_url=self.endpoint_url,
            region_name=environment.REGION,
            aws_access_key_id=self.keys.id,
            aws_secret_access_key=self.keys.secret,
            config=Config(retries={"total_max_attempts": 2}),
        )

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables by which any program's AWS SDK finds it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ENDPOINT_URL_S3": self.endpoint_url,
            **environment.of_keys(self.keys),
        }
