"""AWS clients for the local AWS, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from localstack.common import environment


def client(service: str, endpoint_url: str) -> Any:
    """Return a client of one service, with credentials that are not valid in any real account.

    `Any`, because boto3's types need the service's name as a literal.
    """
    make: Callable[..., Any] = boto3.client
    return make(
        service,
        endpoint_url=endpoint_url,
        region_name=environment.REGION,
        aws_access_key_id=environment.ACCESS_KEY,
        aws_secret_access_key=environment.SECRET_KEY,
        config=Config(retries={"total_max_attempts": 2}),
    )
