"""DynamoDB as a dictionary: the few calls and expressions that the core uses, a thousand times as
quick as moto, for properties that need hundreds of examples.

It serves one thread. `tests/properties/test_restores.py` plays the same story over it and over
moto, and compares all that is stored in the end.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from novapay.schema import TABLES, Index, table_name

Item = dict[str, Any]

_COMPARES: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_BETWEEN = re.compile(r"(\S+) BETWEEN (\S+) AND (\S+)")
_EXISTS = re.compile(r"attribute_(not_)?exists\((\S+)\)")


class PlainDynamoDB:
    """The client of a DynamoDB that holds the tables of one prefix."""

    def __init__(self, prefix: str) -> None:
        self._schemas = {table_name(prefix, table): schema for table, schema in TABLES.items()}
        self._tables: dict[str, dict[tuple[Any, ...], Item]] = {it: {} for it in self._schemas}

    def get_item(self, *, TableName: str, Key: Item, **_: Any) -> Item:  # noqa: N803
        item = self._tables[TableName].get(self._key(TableName, Key))
        return {} if item is None else {"Item": dict(item)}

    def put_item(self, *, TableName: str, Item: Item) -> None:  # noqa: N803
        self._tables[TableName][self._key(TableName, Item)] = dict(Item)

    def delete_item(self, *, TableName: str, Key: Item) -> None:  # noqa: N803
        self._tables[TableName].pop(self._key(TableName, Key), None)

    def batch_get_item(self, *, RequestItems: Item, **_: Any) -> Item:  # noqa: N803
        found: dict[str, list[Item]] = {name: [] for name in RequestItems}
        for name, request in RequestItems.items():
            for key in request["Keys"]:
                found[name] += filter(None, [self.get_item(TableName=name, Key=key).get("Item")])
        return {"Responses": found}

    def batch_write_item(self, *, RequestItems: Item) -> Item:  # noqa: N803
        for name, requests in RequestItems.items():
            for request in requests:
                self.put_item(TableName=name, Item=request["PutRequest"]["Item"])
        return {}

    def scan(self, *, TableName: str, **_: Any) -> Item:  # noqa: N803
        return {"Items": [dict(item) for item in self._tables[TableName].values()]}

    def get_paginator(self, _operation: str) -> "PlainDynamoDB":
        return self

    def paginate(self, **request: Any) -> Iterator[Item]:
        yield self.scan(**request)

    def query(
        self,
        *,
        TableName: str,  # noqa: N803
        KeyConditionExpression: str,  # noqa: N803
        ScanIndexForward: bool = True,  # noqa: N803
        IndexName: str | None = None,  # noqa: N803
        Limit: int | None = None,  # noqa: N803
        **request: Any,
    ) -> Item:
        schema = self._schemas[TableName]
        key = schema.key if IndexName is None else schema.indexes[Index(IndexName)]
        last = list(key)[-1]
        found = [
            item
            for item in self._tables[TableName].values()
            if all(name in item for name in key) and _holds(KeyConditionExpression, item, request)
        ]
        found.sort(key=lambda item: _value(item[last]), reverse=not ScanIndexForward)
        limit = Limit if "Limit" not in request else None
        return {"Items": [dict(item) for item in found[:limit]]}

    def transact_write_items(self, *, TransactItems: list[Item], **_: Any) -> Item:  # noqa: N803
        writes = [next(iter(it.items())) for it in TransactItems]
        reasons = [
            {"Code": "None" if self._may(*it) else "ConditionalCheckFailed"} for it in writes
        ]
        if any(reason["Code"] != "None" for reason in reasons):
            error: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
                "CancellationReasons": reasons,
            }
            raise ClientError(error, "TransactWriteItems")
        for operation, request in writes:
            self._write(operation, request)
        return {}

    def _may(self, operation: str, request: Item) -> bool:
        key = request["Item"] if operation == "Put" else request["Key"]
        name = request["TableName"]
        item = self._tables[name].get(self._key(name, key), {})
        condition = request.get("ConditionExpression")
        return condition is None or _holds(condition, item, request)

    def _write(self, operation: str, request: Item) -> None:
        name = request["TableName"]
        if operation == "ConditionCheck":
            return
        if operation == "Put":
            self.put_item(TableName=name, Item=request["Item"])
        elif operation == "Delete":
            self.delete_item(TableName=name, Key=request["Key"])
        else:
            key = self._key(name, request["Key"])
            item = self._tables[name].setdefault(key, dict(request["Key"]))
            _update(item, request)

    def _key(self, name: str, item: Item) -> tuple[Any, ...]:
        return tuple(_value(item[attribute]) for attribute in self._schemas[name].key)


def _update(item: Item, request: Item) -> None:
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    words = re.split(r"\b(SET|REMOVE|ADD) ", request["UpdateExpression"])[1:]
    for clause, text in zip(words[::2], words[1::2], strict=True):
        for change in text.strip().split(", "):
            target, _, value = change.replace(" = ", " ").partition(" ")
            attribute = names.get(target, target)
            if clause == "REMOVE":
                item.pop(attribute, None)
            elif clause == "SET":
                item[attribute] = values[value]
            else:
                had = int(item.get(attribute, {"N": "0"})["N"])
                item[attribute] = {"N": str(had + int(values[value]["N"]))}


def _holds(condition: str, item: Item, request: Item) -> bool:
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})

    def atom(text: str) -> bool:
        exists = _EXISTS.fullmatch(text)
        if exists:
            return (names.get(exists[2], exists[2]) in item) is not bool(exists[1])
        name, compare, value = text.split(" ")
        attribute = names.get(name, name)
        if attribute not in item:
            return False
        return _COMPARES[compare](_value(item[attribute]), _value(values[value]))

    plain = _BETWEEN.sub(r"\1 >= \2 AND \1 <= \3", condition)
    return any(all(map(atom, each.split(" AND "))) for each in plain.split(" OR "))


def _value(typed: Item) -> Any:
    ((kind, content),) = typed.items()
    return (
        float(content)
        if kind == "N" and "." in content
        else int(content)
        if kind == "N"
        else content
    )
