"""DynamoDB's attribute values that we use: text, numbers, booleans, bytes, lists, maps."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar

from novapay.domain.errors import InvalidInput, InvariantViolated

T = TypeVar("T")

Item = dict[str, Any]
"""An item or a key in DynamoDB's own JSON: each value names its type."""


DIGITS_MAX = 38


class Malformed(ValueError):
    """An attribute is missing or is not in our format: the item was not written by this code."""


_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def reader(table: str, *key: str) -> Callable[[Callable[[Item], T]], Callable[[Item], T]]:
    """Return a decorator for what reads an item of a table.

    Only we write items: one that cannot be read was changed by somebody else. So any fault of its
    form is an InvariantViolated, which names the item by the attributes of `key`.

    Args:
        table: the table's short name.
        key: the attributes of its key.
    """

    def decorate(parse: Callable[[Item], T]) -> Callable[[Item], T]:
        @wraps(parse)
        def read(item: Item) -> T:
            try:
                return parse(item)
            except (*_UNREADABLE, InvalidInput) as error:
                facts = {name: _shown(item.get(name)) for name in key}
                raise InvariantViolated(f"an item of {table} cannot be read", facts) from error

        return read

    return decorate


def _shown(value: Any) -> str:
    return str(next(iter(value.values()), None)) if isinstance(value, dict) else "none"


def text(value: str) -> Item:
    return {"S": value}


def number(value: int) -> Item:
    return {"N": str(value)}


def boolean(value: bool) -> Item:
    return {"BOOL": value}


def binary(value: bytes) -> Item:
    return {"B": value}


def present(attributes: Mapping[str, Item | None]) -> Item:
    """Return the attributes that have a value: None is not stored."""
    return {name: value for name, value in attributes.items() if value is not None}


def optional_text(value: object | None) -> Item | None:
    return None if value is None else text(str(value))


def read_text(item: Mapping[str, Any], name: str) -> str:
    """Return a text attribute.

    Raises:
        Malformed: it is absent or of another type.
    """
    return _attribute(item, name, "S", str)


def read_optional_text(item: Mapping[str, Any], name: str) -> str | None:
    """Return a text attribute, or None if it is absent.

    Raises:
        Malformed: it is of another type.
    """
    return read_text(item, name) if name in item else None


def read_number(item: Mapping[str, Any], name: str) -> int:
    """Return a whole-number attribute.

    Raises:
        Malformed: it is absent, of another type, not whole, or has more digits than DynamoDB
            takes in a key: the number beside it could not be asked for.
    """
    value = item.get(name, {}).get("N")
    try:
        if len(value) > DIGITS_MAX:
            raise Malformed(name)
        return int(value)
    except (TypeError, ValueError):
        raise Malformed(name) from None


def read_whole_part(item: Mapping[str, Any], name: str) -> int:
    """Return the whole part of a numeric sort key: a forged one may have decimals."""
    return int(Decimal(item[name]["N"]))


def read_boolean(item: Mapping[str, Any], name: str) -> bool:
    """Return a boolean attribute.

    Raises:
        Malformed: it is absent or of another type.
    """
    return _attribute(item, name, "BOOL", bool)


def read_binary(item: Mapping[str, Any], name: str) -> bytes:
    """Return an attribute of bytes.

    Raises:
        Malformed: it is absent or of another type.
    """
    return _attribute(item, name, "B", bytes)


def _attribute(item: Mapping[str, Any], name: str, type_name: str, kind: type[T]) -> T:
    value = item.get(name, {}).get(type_name)
    if not isinstance(value, kind):
        raise Malformed(name)
    return value
