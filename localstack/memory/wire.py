"""The wire between one client and AWS: every call is recorded, and broken where a test says so.

It hangs on botocore's own events, so that no call can go past it. A fault before a call means that
AWS never saw it; a fault after a call means that AWS did it and we never heard.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace, TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_dynamodb import DynamoDBClient

Response = tuple[Any, dict[str, Any]]
Fault = Callable[[], Response | None]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of AWS.

    Attributes:
        number: its place among the calls since the wire was tapped, from 1.
        operation: as in `GetItem`.
        request: what it asks.
        took_s: from building the request to reading the response; 0 until there is one.
        write_units: the capacity that a commit consumed, as AWS reports it.
    """

    number: int
    operation: str
    request: Mapping[str, Any]
    took_s: float = 0.0
    write_units: float = 0.0

    def accesses(self) -> set[tuple[str, str]]:
        """Return the permissions that it needs: each action with the table or index it is on."""
        if self.operation == "TransactWriteItems":
            return {
                (f"{verb}Item", write["TableName"])
                for item in self.request["TransactItems"]
                for verb, write in item.items()
            }
        if self.operation in {"BatchGetItem", "BatchWriteItem"}:
            return {(self.operation, table) for table in self.request["RequestItems"]}
        index = self.request.get("IndexName")
        name = self.request["TableName"]
        return {(self.operation, f"{name}/index/{index}" if index else name)}


FaultOf = Callable[[Call], Response | None]


class ProcessDied(BaseException):
    """The process is gone: no `except Exception` sees it."""


class Wire:
    """A tapped wire; use it as a context.

    Attributes:
        calls: what was asked so far, the broken calls too.
    """

    def __init__(
        self,
        client: "DynamoDBClient | BaseClient",
        *,
        before: FaultOf | None = None,
        after: FaultOf | None = None,
    ) -> None:
        self.calls: list[Call] = []
        self._events: Any = client.meta.events
        self._service = client.meta.service_model.service_name
        self._before = before
        self._after = after
        self._started = 0.0

    def __enter__(self) -> Self:
        for event, hook in self._hooks.items():
            self._events.register_first(event, hook)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for event, hook in self._hooks.items():
            self._events.unregister(event, hook)

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    @property
    def _hooks(self) -> Mapping[str, Callable[..., Response | None]]:
        return {
            f"before-parameter-build.{self._service}": self._on_request,
            f"before-call.{self._service}": self._on_call,
            f"after-call.{self._service}": self._on_response,
        }

    def _on_request(self, **_: object) -> None:
        self._started = time.perf_counter()

    def _on_call(self, model: Any, params: Mapping[str, Any], **_: object) -> Response | None:
        call = Call(len(self.calls) + 1, model.name, json.loads(params["body"]))
        self.calls.append(call)
        return self._before(call) if self._before else None

    def _on_response(self, parsed: Mapping[str, Any], **_: object) -> None:
        call = self.calls[-1]
        is_commit = call.operation == "TransactWriteItems"
        consumed = parsed.get("ConsumedCapacity", ()) if is_commit else ()
        self.calls[-1] = replace(
            call,
            took_s=time.perf_counter() - self._started,
            write_units=sum(table["CapacityUnits"] for table in consumed),
        )
        if self._after:
            self._after(self.calls[-1])


def at(number: int, fault: Fault) -> FaultOf:
    """Return what breaks the call of this number."""
    return lambda call: fault() if call.number == number else None


def every(operation: str, fault: Fault) -> FaultOf:
    """Return what breaks each call of this operation."""
    return lambda call: fault() if call.operation == operation else None


def first(operation: str, fault: Fault, *, times: int = 1) -> FaultOf:
    """Return what breaks the first calls of this operation."""
    left = iter(range(times))

    def fault_of(call: Call) -> Response | None:
        broken = call.operation == operation and next(left, None) is not None
        return fault() if broken else None

    return fault_of


def die() -> NoReturn:
    """The process is killed here."""
    raise ProcessDied


def lose_the_answer() -> NoReturn:
    """AWS did it, and the answer never came."""
    raise ReadTimeoutError(endpoint_url="https://dynamodb.test")


def not_connect() -> NoReturn:
    """AWS was never reached."""
    raise ConnectTimeoutError(endpoint_url="https://dynamodb.test")


def answer_with(code: str, *, status: int = 400, **facts: object) -> Fault:
    """Return a fault: AWS answers with this error, as the SDK gives it to us in the end."""

    def fault() -> Response:
        return SimpleNamespace(status_code=status), {
            "Error": {"Code": code, "Message": "told to"},
            "ResponseMetadata": {"HTTPStatusCode": status},
            **facts,
        }

    return fault


def cancel(*tables: str, reason: str = "TransactionConflict", times: int | None = None) -> FaultOf:
    """Return what cancels commits for a reason that lies in their writes to these tables.

    Args:
        tables: the tables' short names.
        reason: DynamoDB's code; the other writes have "None".
        times: how many commits; None for all of them.
    """
    left = None if times is None else iter(range(times))

    def fault_of(call: Call) -> Response | None:
        if call.operation != "TransactWriteItems":
            return None
        names = [
            write["TableName"] for item in call.request["TransactItems"] for write in item.values()
        ]
        reasons = [{"Code": reason if name.endswith(tables) else "None"} for name in names]
        if not any(it["Code"] == reason for it in reasons):
            return None
        if left is not None and next(left, None) is None:
            return None
        return answer_with("TransactionCanceledException", CancellationReasons=reasons)()

    return fault_of
