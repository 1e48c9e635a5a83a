"""An AWS in memory: quick, alone, and gone afterwards.

It knows expressions and reasons; it ignores client tokens and loses concurrent commits, so what
hangs on those is tested on the emulator.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from unittest.mock import patch

from moto import mock_aws

from localstack.memory.tables import create_tables
from novapay.aws import connect

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@contextmanager
def dynamodb_in_memory() -> Iterator["DynamoDBClient"]:
    """Give a client of a new AWS with empty tables."""
    with mock_aws():
        client = _client()
        create_tables(client)
        yield client


@cache
def _client() -> "DynamoDBClient":
    """Return a client as the functions have it. Making one costs more than most tests."""
    with patch.dict(os.environ, AWS_DEFAULT_REGION="us-east-1"):
        client: DynamoDBClient = connect("dynamodb")
        return client
