"""A commit has at most as many writes as DynamoDB takes in one transaction."""

from typing import Any

import pytest

from localstack.memory.clocks import ManualClock
from localstack.memory.meters import RecordingMeter
from novapay.domain.errors import InvariantViolated
from novapay.store.client import Database
from novapay.store.commit import COMMIT_WRITES_MAX, Committer, Decision, Write


class Client:
    """Keeps the transactions that it is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def transact_write_items(self, **sent: Any) -> dict[str, Any]:
        self.sent.append(sent["TransactItems"])
        return {}


def commit(client: Any, writes: int) -> None:
    committer = Committer(Database(client, "prefix", RecordingMeter(), ManualClock().now))
    decision = Decision(None, [Write("wallets", "Put", {"Item": {}})] * writes)
    committer.commit(lambda: decision)


def test_the_largest_commit_is_sent_whole() -> None:
    client = Client()

    commit(client, COMMIT_WRITES_MAX)

    assert [len(items) for items in client.sent] == [COMMIT_WRITES_MAX]


def test_a_larger_commit_is_stopped_before_anything_is_sent() -> None:
    client = Client()

    with pytest.raises(InvariantViolated) as violated:
        commit(client, COMMIT_WRITES_MAX + 1)

    assert violated.value.facts == {"writes": str(COMMIT_WRITES_MAX + 1)}
    assert client.sent == []
