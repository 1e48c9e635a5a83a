"""An operator's desk for each test."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory.bank import EUR, Account
from localstack.memory.desk import Desk, desk_of
from novapay import observability

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class _StandardOutput:
    """Whatever standard output is at the moment: pytest changes it between setup and call."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@pytest.fixture
def desk(dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Return a desk; what the functions print is in `capsys`."""
    printer: Any = observability._logger().registered_handler
    monkeypatch.setattr(printer, "stream", _StandardOutput())
    with desk_of(dynamodb, monkeypatch) as desk:
        yield desk


@pytest.fixture
def holder(desk: Desk) -> Account:
    """Return a client who got 100 and gave 40 away."""
    holder = desk.bank.account(holding="100")
    told = desk.bank.transfer(holder, desk.bank.account(), "40", key="rent", description="rent")
    assert told.code == "ok"
    desk.bank.account(EUR, holding="7")
    return holder
