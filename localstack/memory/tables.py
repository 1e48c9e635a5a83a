"""The tables as the state stack makes them, for an AWS that has none of them yet.

Synthesizing the stack takes seconds, so their keys are written out here once more, and
`tests/infrastructure/test_state.py` compares them with the stack's template.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "novapay-test"

KEYS: Mapping[str, Mapping[str, str]] = {
    "wallets": {"walletId": "S"},
    "ledger": {"walletId": "S", "sequence": "N"},
    "transfers": {"transactionId": "S"},
    "idempotency": {"scopeKey": "S"},
    "quotes": {"quoteId": "S"},
    "payroll": {"jobId": "S", "part": "S"},
    "audit": {"logName": "S", "sequence": "N"},
    "anchors": {"logName": "S"},
    "users": {"userId": "S"},
}
"""Each table's partition key, then its sort key, with their types."""

INDEXES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "wallets": {"byUser": {"userId": "S", "createdAt": "S"}},
    "payroll": {
        "byEmployer": {"employerId": "S", "createdAt": "S"},
        "open": {"openJobs": "S", "createdAt": "S"},
        "all": {"allJobs": "S", "createdAt": "S"},
    },
}
"""Each table's indexes, all of keys only."""


def create_tables(client: "DynamoDBClient", prefix: str = PREFIX) -> None:
    """Make every table, empty."""
    for table in KEYS:
        client.create_table(**definition(table, prefix))


def definition(table: str, prefix: str) -> dict[str, Any]:
    """Return the CreateTable request of a table."""
    indexes = INDEXES.get(table, {})
    types = {name: kind for key in (KEYS[table], *indexes.values()) for name, kind in key.items()}
    request: dict[str, Any] = {
        "TableName": f"{prefix}-{table}",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(KEYS[table]),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in types.items()
        ],
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": name,
                "KeySchema": _key_schema(key),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, key in indexes.items()
        ]
    return request


def _key_schema(key: Mapping[str, str]) -> list[dict[str, str]]:
    kinds = ("HASH", "RANGE")
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(key, kinds, strict=False)
    ]


def every_byte(client: "DynamoDBClient", prefix: str = PREFIX) -> bytes:
    """Return all that is stored in all tables: names and values, texts and bytes, line by line."""
    pages = (
        page
        for table in KEYS
        for page in client.get_paginator("scan").paginate(TableName=f"{prefix}-{table}")
    )
    return b"\n".join(piece for page in pages for piece in _pieces(page["Items"]))


def _pieces(value: object) -> Iterator[bytes]:
    match value:
        case dict():
            for name, content in value.items():
                yield from _pieces(name)
                yield from _pieces(content)
        case list():
            for content in value:
                yield from _pieces(content)
        case bytes():
            yield value
        case _:
            yield str(value).encode()
