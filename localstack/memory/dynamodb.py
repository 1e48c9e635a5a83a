"""An AWS in memory: quick, alone, and gone afterwards.

It knows expressions and reasons; it ignores client tokens and loses concurrent commits, so what
hangs on those is tested on the emulator.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends

from localstack.memory.tables import create_tables
from novapay.aws import connect

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "us-east-1"


@contextmanager
def dynamodb_in_memory() -> Iterator["DynamoDBClient"]:
    """Give a client of a new AWS with empty tables.

    Only the first tables of a process are made by API; the next ones are copies of those, which is
    forty times as fast.
    """
    tables = _empty_tables()
    with mock_aws():
        _backend().tables.update(deepcopy(tables))
        yield _client()


@cache
def _empty_tables() -> dict[str, Any]:
    with mock_aws():
        create_tables(_client())
        return dict(_backend().tables)


def _backend() -> DynamoDBBackend:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]


@cache
def _client() -> "DynamoDBClient":
    """Return a client as the functions have it. Making one costs more than most tests."""
    with patch.dict(os.environ, AWS_DEFAULT_REGION=REGION):
        client: DynamoDBClient = connect("dynamodb")
        return client
