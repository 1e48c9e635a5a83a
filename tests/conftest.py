"""What more than one suite needs.

Every run of Hypothesis tries the same examples, so that a red build is red again on the next
machine. `HYPOTHESIS_PROFILE=explore pytest tests/properties` looks at new and many more ones.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from localstack.memory.dynamodb import dynamodb_in_memory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Here, because a test keeps the profile that was loaded when its module was, and one suite may
# import from another.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", parent=settings.get_profile("repeatable"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

TESTS = Path(__file__).parent
MEASURED = {"unit", "functions"}
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
