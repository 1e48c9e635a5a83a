"""Somebody who can write to the tables, and does so behind the API's back.

All that is touched can be put back, so that one story's crime is not the next one's evidence.
"""

import json
from typing import TYPE_CHECKING, Any, Protocol

from localstack.memory.auditor import recomputed_hash
from novapay.schema import TABLES, Table, table_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Holding(Protocol):
    """A wallet and its owner, as tests know them."""

    @property
    def wallet_id(self) -> str: ...
    @property
    def user_id(self) -> str: ...


Item = dict[str, Any]
Key = tuple[str | int, ...]


class Intruder:
    """Reads and writes items without their types: numbers are ints, all else is text, bool, bytes
    or a list, whose members keep theirs."""

    def __init__(self, client: "DynamoDBClient", prefix: str) -> None:
        self._client: Any = client
        self._prefix = prefix
        self._untouched: dict[tuple[str, Key], Item | None] = {}

    def get(self, table: str, *key: str | int) -> Item:
        item = self._read(table, key)
        assert item is not None
        return {name: _plain(value) for name, value in item.items()}

    def put(self, table: str, item: Item) -> None:
        """Write an item over whatever is there."""
        key = tuple(item[name] for name in TABLES[Table(table)].key)
        self._remember(table, key)
        typed = {name: _typed(value) for name, value in item.items()}
        self._client.put_item(TableName=self._name(table), Item=typed)

    def change(self, table: str, *key: str | int, **fields: Any) -> None:
        """Change some fields of an item."""
        self.put(table, {**self.get(table, *key), **fields})

    def delete(self, table: str, *key: str | int) -> None:
        self._remember(table, key)
        self._client.delete_item(TableName=self._name(table), Key=_key_of(table, key))

    def restore(self) -> None:
        """Put back all that was touched."""
        for (table, key), item in self._untouched.items():
            name = self._name(table)
            if item is None:
                self._client.delete_item(TableName=name, Key=_key_of(table, key))
            else:
                self._client.put_item(TableName=name, Item=item)
        self._untouched.clear()

    def _remember(self, table: str, key: Key) -> None:
        if (table, key) not in self._untouched:
            self._untouched[table, key] = self._read(table, key)

    def _read(self, table: str, key: Key) -> Item | None:
        found: Item | None = self._client.get_item(
            TableName=self._name(table), Key=_key_of(table, key), ConsistentRead=True
        ).get("Item")
        return found

    def _name(self, table: str) -> str:
        return table_name(self._prefix, table)


def forged(entry: Item, **fields: Any) -> Item:
    """Return an entry with some fields changed, and its hash made to fit."""
    changed = {**entry, **fields}
    return {**changed, "hash": recomputed_hash(changed)}


def forged_job(*, victim: Holding, thief: Holding, job_id: str, **fields: Any) -> list[Item]:
    """Return the items of a job that nobody accepted: the victim pays the thief a dollar."""
    job = {
        "jobId": job_id,
        "part": "JOB",
        "employerId": thief.user_id,
        "sourceWalletId": victim.wallet_id,
        "sourceUserId": victim.user_id,
        "jobName": "April",
        "status": "QUEUED",
        "totalItems": 1,
        "currency": "USD",
        "laneUnits": [{"N": str(10**8)}],
        "createdAt": "2026-04-07T10:00:00.000000Z",
        "attempt": 0,
        "allJobs": "ALL",
        "openJobs": "OPEN",
        **fields,
    }
    row = [1, thief.user_id, thief.wallet_id, "1.00000000", "USD"]
    rows = json.dumps([row], separators=(",", ":"))
    batch = {"jobId": job_id, "part": "BATCH#00000", "items": rows, "failures": "{}"}
    return [job, batch]


def _key_of(table: str, key: Key) -> Item:
    return {name: _typed(value) for name, value in zip(TABLES[Table(table)].key, key, strict=True)}


def _typed(value: Any) -> Item:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, list):
        return {"L": value}
    return {"N": str(value)} if isinstance(value, int | float) else {"S": value}


def _plain(value: Item) -> Any:
    ((kind, content),) = value.items()
    return int(content) if kind == "N" else content
