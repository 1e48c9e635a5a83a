"""The wire between one client and AWS: every call is recorded, and broken where a test says so.

It hangs on botocore's own events, so that no call can go past it. A fault before a call means that
AWS never saw it; a fault after a call means that AWS did it and we never heard.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    """One call of AWS: the how many-eth since the wire was tapped, and what it asks."""

    number: int
    operation: str
    request: Mapping[str, Any]

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

    def __enter__(self) -> Self:
        self._events.register_first(f"before-call.{self._service}", self._on_call)
        self._events.register_first(f"after-call.{self._service}", self._on_response)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._events.unregister(f"before-call.{self._service}", self._on_call)
        self._events.unregister(f"after-call.{self._service}", self._on_response)

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    def _on_call(self, model: Any, params: Mapping[str, Any], **_: object) -> Response | None:
        call = Call(len(self.calls) + 1, model.name, json.loads(params["body"]))
        self.calls.append(call)
        return self._before(call) if self._before else None

    def _on_response(self, **_: object) -> None:
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
