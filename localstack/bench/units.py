"""Capacity units from the sizes of items, by the rules in DynamoDB's developer guide.

The embedded AWS reports write units and no read units, and an account is billed by these rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
NESTING_BYTES = 3
ELEMENT_BYTES = 1
TRANSACTION_FACTOR = 2
"""A write in a transaction is prepared and committed: twice the units."""


def transaction_write_units(items: Iterable[Mapping[str, Any]]) -> int:
    """Return what it costs to write these items in one transaction."""
    return sum(
        TRANSACTION_FACTOR * max(1, ceil(item_bytes(item) / WRITE_UNIT_BYTES)) for item in items
    )


def consistent_read_units(items: Iterable[Mapping[str, Any]], *, absent: int = 0) -> int:
    """Return what it costs to read these items one by one, and `absent` missing ones."""
    return absent + sum(max(1, ceil(item_bytes(item) / READ_UNIT_BYTES)) for item in items)


def item_bytes(item: Mapping[str, Any]) -> int:
    """Return an item's size: its names and its values, in DynamoDB's own JSON."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(str(content).encode())
        case "N":
            digits = content.strip("-").replace(".", "").strip("0")
            return ceil(len(digits) / 2) + 1 + int(content.startswith("-"))
        case "L":
            return NESTING_BYTES + sum(ELEMENT_BYTES + _value_bytes(each) for each in content)
        case "M":
            return NESTING_BYTES + item_bytes(content) + ELEMENT_BYTES * len(content)
        case _:
            return 1
