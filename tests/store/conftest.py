"""The same contract is held against an AWS in memory and against the emulator."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from localstack.memory.bank import Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX, create_tables
from tests.support.local_stack import EmulatedAws, emulator, pytest_itemcollected

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["emulator", "pytest_itemcollected"]


@dataclass(frozen=True, slots=True)
class Aws:
    """Empty tables under a prefix."""

    client: "DynamoDBClient"
    prefix: str


def emulated(aws: EmulatedAws) -> Aws:
    """Return empty tables of one test's own on the emulator."""
    client: DynamoDBClient = aws.client("dynamodb")
    prefix = f"novapay-{uuid.uuid4().hex[:8]}"
    create_tables(client, prefix)
    return Aws(client, prefix)


@pytest.fixture(
    params=["memory", pytest.param("emulator", marks=pytest.mark.xdist_group("embedded-aws"))]
)
def aws(request: pytest.FixtureRequest) -> Iterator[Aws]:
    """Return empty tables, once of each kind."""
    if request.param == "emulator":
        yield emulated(request.getfixturevalue("emulator"))
        return
    with dynamodb_in_memory() as client:
        yield Aws(client, PREFIX)


@pytest.fixture
def bank(aws: Aws) -> Bank:
    return Bank(aws.client, prefix=aws.prefix)


@pytest.fixture
def intruder(aws: Aws) -> Intruder:
    """Return somebody who writes to the tables behind the store's back."""
    return Intruder(aws.client, aws.prefix)
