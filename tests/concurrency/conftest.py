"""Rivals over one store: on the embedded AWS, or with NOVAPAY_DYNAMODB on AWS's own engine."""

import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from localstack.memory.auditor import read_books
from localstack.memory.bank import Bank
from localstack.memory.tables import create_tables
from tests.support.local_stack import EmulatedAws, emulator, pytest_itemcollected

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["emulator", "pytest_itemcollected"]

RIVALS_MAX = 20


@pytest.fixture(scope="session")
def client(emulator: EmulatedAws) -> "DynamoDBClient":
    """Return a client with a connection for each rival."""
    return boto3.client(
        "dynamodb",
        endpoint_url=emulator.endpoint_url,
        region_name=emulator.region,
        aws_access_key_id=emulator.keys.id,
        aws_secret_access_key=emulator.keys.secret,
        config=Config(max_pool_connections=RIVALS_MAX, retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def bank(client: "DynamoDBClient") -> Iterator[Bank]:
    """Return a bank with tables of its own that waits in earnest; the auditor comes at the end."""
    prefix = f"rivals-{uuid.uuid4().hex[:8]}"
    create_tables(client, prefix)
    yield Bank(client, prefix=prefix, waits=time)
    read_books(client, prefix).assert_sound()
