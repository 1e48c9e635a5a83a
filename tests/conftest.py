"""Fixtures of more than one suite."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localstack.memory.dynamodb import dynamodb_in_memory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TESTS = Path(__file__).parent
MEASURED = {"unit"}
"""The folders whose tests count for the coverage of the core. Measuring doubles the time of a test,
and the others run the core in other processes, or the same lines thousands of times."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pause the measuring of coverage in every other test."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] not in MEASURED:
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture
def dynamodb() -> Iterator["DynamoDBClient"]:
    """Return a client of an AWS of this test's own, in memory, with empty tables."""
    with dynamodb_in_memory() as client:
        yield client
