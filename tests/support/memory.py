"""An AWS in memory: quick, alone, and gone afterwards.

It knows expressions and reasons; it ignores client tokens and loses concurrent commits, so what
hangs on those is tested on the emulator.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from novapay.store.client import connect
from tests.support.tables import create_tables

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
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return connect()
