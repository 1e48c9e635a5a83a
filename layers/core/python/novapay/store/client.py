"""The reads of DynamoDB that we use, and what its errors mean."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from novapay.domain.errors import ClockSkewed, StoreUnavailable
from novapay.domain.instants import CLOCK_TOLERANCE
from novapay.domain.meter import Meter
from novapay.schema import table_name
from novapay.store.items import Item
from novapay.store.server_clock import NO_OFFSET, ClockOffset, date_of, offset_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

R = TypeVar("R", bound=Mapping[str, Any])

SERVICE = "dynamodb"
"""What botocore calls it."""

BATCH_ATTEMPTS_MAX = 8
"""With their pauses and the SDK's own second attempts they take at most about ten seconds."""

BATCH_PUTS_MAX = 25
BATCH_READS_MAX = 100

_PAUSE_S = 0.02
_PAUSE_S_MAX = 1.0

CHANCE = random.SystemRandom()
"""SnapStart copies share the state of a PRNG; the operating system's generator makes their back-off
differ."""

THROTTLES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    }
)
PASSING_ERRORS = THROTTLES | {
    "InternalFailure",
    "InternalServerError",
    "ResourceNotFoundException",
    "ServiceUnavailable",
    "TransactionInProgressException",
}


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one item; `table` is the table's short name."""

    table: str
    key: Mapping[str, str | int]

    def item(self) -> Item:
        """Return the key in DynamoDB's own JSON."""
        return {
            name: {"N": str(value)} if isinstance(value, int) else {"S": value}
            for name, value in self.key.items()
        }


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The items that a batch read found; each may have been read at another instant."""

    items: Mapping[tuple[str, tuple[str | int, ...]], Item]

    def get(self, key: Key) -> Item | None:
        """Return the item under a key, or None if the read did not find it."""
        return self.items.get((key.table, tuple(key.key.values())))

    def of_table(self, table: str) -> Iterator[Item]:
        """Yield every item of one table that the read found."""
        return (item for (name, _), item in self.items.items() if name == table)

    def with_more(self, other: "Snapshot") -> "Snapshot":
        """Return a snapshot of the items of both."""
        return Snapshot({**self.items, **other.items})


@contextmanager
def errors_as_unavailable() -> Iterator[None]:
    """Turn temporary errors (throttling, time-outs, 5xx) into StoreUnavailable; re-raise others."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in PASSING_ERRORS or is_server_error(error):
            raise StoreUnavailable from error
        raise
    except BotoCoreError as error:
        raise StoreUnavailable from error


def is_server_error(error: ClientError) -> bool:
    """Return whether the service answered 5xx, whether or not it said so in its own words.

    A proxy or a load balancer in between answers without a body; botocore then gives the status
    in place of the code.
    """
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500


def pause_s(attempt: int) -> float:
    """Return how many seconds to wait after attempt number `attempt`, from 0, with full jitter."""
    return CHANCE.uniform(0, min(_PAUSE_S_MAX, _PAUSE_S * 2**attempt))


@dataclass(frozen=True, slots=True)
class Database:
    """The tables of one deployment.

    Attributes:
        client: the low-level client; the resource API costs a fifth of a cold start.
        prefix: the beginning of the tables' names.
        meter: counts the capacity units that the calls consume.
        now: returns the present instant, as the use cases have it; it is held against DynamoDB's.
        sleep: waits for so many seconds; injected so that tests do not wait.
        date_of: returns the Date of an answer; injected because the clock of a test stands still.
        offset: by how much our clock was off at the last answer.
    """

    client: "DynamoDBClient"
    prefix: str
    meter: Meter
    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    date_of: Callable[[Mapping[str, Any]], datetime | None] = date_of
    offset: ClockOffset = field(default_factory=ClockOffset)

    def table_name(self, table: str) -> str:
        """Return the full name of a table."""
        return table_name(self.prefix, table)

    def get(self, key: Key) -> Item | None:
        """Return one item as it is now, or None.

        Raises:
            StoreUnavailable: DynamoDB did not answer.
        """
        response = self._ask(
            self.client.get_item,
            TableName=self.table_name(key.table),
            Key=key.item(),
            ConsistentRead=True,
        )
        return response.get("Item")

    def read(self, keys: Sequence[Key], *, attributes: Sequence[str] = ()) -> Snapshot:
        """Return up to 100 items as they are now, in one round trip.

        Args:
            keys: the items.
            attributes: all that is wanted of them, their keys included; none: everything.

        Raises:
            StoreUnavailable: DynamoDB did not answer, or left keys unread too often.
        """
        found: dict[tuple[str, tuple[str | int, ...]], Item] = {}
        by_table: dict[str, dict[tuple[str | int, ...], Key]] = {}
        for key in keys:
            by_table.setdefault(key.table, {})[tuple(key.key.values())] = key
        pending: dict[str, Any] = {
            self.table_name(table): {"Keys": [k.item() for k in wanted.values()]}
            for table, wanted in by_table.items()
        }
        for attempt in range(BATCH_ATTEMPTS_MAX):
            for request in pending.values():
                request |= {"ConsistentRead": True, **_only(attributes)}
            response = self._ask(
                _throttled_as_unprocessed(self.client.batch_get_item, "UnprocessedKeys"),
                RequestItems=pending,
                ReturnConsumedCapacity="TOTAL",
            )
            self._count_read_units(response.get("ConsumedCapacity", []))
            for table, wanted in by_table.items():
                names = next(iter(wanted.values())).key.keys()
                for item in response.get("Responses", {}).get(self.table_name(table), []):
                    found[table, tuple(_plain(item[name]) for name in names)] = item
            pending = dict(response.get("UnprocessedKeys", {}))
            if not pending:
                return Snapshot(found)
            self.sleep(pause_s(attempt))
        raise StoreUnavailable

    def query(
        self,
        table: str,
        *,
        condition: str,
        values: Mapping[str, Item],
        newest_first: bool = False,
        index: str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Iterator[Item]:
        """Yield the items of one partition in the order of their sort key, page by page.

        Args:
            table: the table's short name.
            condition: the key condition; `#sequence` stands for the reserved word.
            values: the condition's values.
            newest_first: descending instead of ascending.
            index: a secondary index instead of the table; then the read is not consistent.
            limit: stop after so many items.
            page_size: read so many at a time; for a reader that stops early.

        Raises:
            StoreUnavailable: DynamoDB did not answer.
        """
        request: dict[str, Any] = {
            "TableName": self.table_name(table),
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
        }
        if "#sequence" in condition:
            request["ExpressionAttributeNames"] = {"#sequence": "sequence"}
        if index is not None:
            request["IndexName"] = index
        if page_size is not None:
            request["Limit"] = page_size
        left = limit
        while left is None or left > 0:
            if left is not None:
                request["Limit"] = left
            page = self._ask(self.client.query, **request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
            left = None if left is None else left - len(page["Items"])

    def scan(self, table: str, *, attributes: Sequence[str] = ()) -> Iterator[Item]:
        """Yield every item of a table with consistent reads, page by page, in no order.

        Args:
            table: the table's short name.
            attributes: all that is wanted of each item; none: everything.

        Raises:
            StoreUnavailable: DynamoDB did not answer.
        """
        request: dict[str, Any] = {
            "TableName": self.table_name(table),
            "ConsistentRead": True,
            **_only(attributes),
        }
        while True:
            page = self._ask(self.client.scan, **request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put_all(self, table: str, items: Sequence[Item]) -> None:
        """Store items that nothing refers to yet, 25 a call, without a transaction.

        Raises:
            StoreUnavailable: DynamoDB did not answer, or left items unwritten too often.
        """
        name = self.table_name(table)
        for start in range(0, len(items), BATCH_PUTS_MAX):
            pending: Any = {
                name: [{"PutRequest": {"Item": i}} for i in items[start : start + BATCH_PUTS_MAX]]
            }
            for attempt in range(BATCH_ATTEMPTS_MAX):
                response = self._ask(
                    _throttled_as_unprocessed(self.client.batch_write_item, "UnprocessedItems"),
                    RequestItems=pending,
                )
                pending = response.get("UnprocessedItems", {})
                if not pending:
                    break
                self.sleep(pause_s(attempt))
            else:
                raise StoreUnavailable

    def check_clock(self) -> None:
        """Check that our clock is right, as far as DynamoDB's last answer tells.

        Raises:
            ClockSkewed: it is off by more than clocks may be; the refusal is counted.
        """
        if abs(self.offset.value) > CLOCK_TOLERANCE:
            self.meter.count("clocks_refused")
            raise ClockSkewed(round(self.offset.value.total_seconds() * 1000))

    def _ask(self, operation: Callable[..., R], **request: Any) -> R:
        sent_at = self.now()
        with errors_as_unavailable():
            response = operation(**request)
        date = self.date_of(response)
        self.offset.value = (
            NO_OFFSET if date is None else offset_of(date, sent_at=sent_at, received_at=self.now())
        )
        return response

    def _count_read_units(self, consumed: Sequence[Any]) -> None:
        self.meter.count("read_units", sum(table["CapacityUnits"] for table in consumed))


def _throttled_as_unprocessed(
    operation: Callable[..., Mapping[str, Any]], left: str
) -> Callable[..., Mapping[str, Any]]:
    """Return a batch operation that reports a batch as unprocessed when all of it was throttled.

    DynamoDB returns the throttled part of a batch under `left`, but raises if that is all of it.
    """

    def ask(**request: Any) -> Mapping[str, Any]:
        try:
            return operation(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] not in THROTTLES:
                raise
            answered = error.response.get("ResponseMetadata", {})
            return {left: request["RequestItems"], "ResponseMetadata": answered}

    return ask


def _only(attributes: Sequence[str]) -> dict[str, Any]:
    """Return what asks for some attributes only; a name may be a word that DynamoDB reserves."""
    if not attributes:
        return {}
    names = {f"#a{number}": name for number, name in enumerate(attributes)}
    return {"ProjectionExpression": ",".join(names), "ExpressionAttributeNames": names}


def _plain(value: Mapping[str, Any]) -> str | int:
    return int(value["N"]) if "N" in value else str(value["S"])
