"""Fixtures of more than one suite."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from novapay.store.client import connect
from tests.support.tables import create_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def unconnected() -> "DynamoDBClient":
    """Return a client as the functions have it; it must only be used while moto is on."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return connect()


@pytest.fixture
def dynamodb(unconnected: "DynamoDBClient") -> Iterator["DynamoDBClient"]:
    """Return a client of an AWS of this test's own, in memory, with empty tables."""
    with mock_aws():
        create_tables(unconnected)
        yield unconnected
