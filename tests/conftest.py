"""Fixtures of more than one suite."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from localstack.memory.dynamodb import dynamodb_in_memory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamodb() -> Iterator["DynamoDBClient"]:
    """Return a client of an AWS of this test's own, in memory, with empty tables."""
    with dynamodb_in_memory() as client:
        yield client
