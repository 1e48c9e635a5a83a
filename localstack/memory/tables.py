"""The tables of `novapay.schema`, made by DynamoDB's own API: a deploy takes seconds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from novapay.schema import TABLES, KeySchema, Table, table_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "novapay-test"


def create_tables(client: "DynamoDBClient", prefix: str = PREFIX) -> None:
    """Make every table, empty."""
    for table in TABLES:
        client.create_table(**definition(table, prefix))


def definition(table: Table, prefix: str) -> dict[str, Any]:
    """Return the CreateTable request of a table."""
    schema = TABLES[table]
    indexes = schema.indexes
    types = {name: kind for key in (schema.key, *indexes.values()) for name, kind in key.items()}
    request: dict[str, Any] = {
        "TableName": table_name(prefix, table),
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(schema.key),
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


def _key_schema(key: KeySchema) -> list[dict[str, str]]:
    kinds = ("HASH", "RANGE")
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(key, kinds, strict=False)
    ]


def every_byte(client: "DynamoDBClient", prefix: str = PREFIX) -> bytes:
    """Return all that is stored in all tables: names and values, texts and bytes, line by line."""
    pages = (
        page
        for table in TABLES
        for page in client.get_paginator("scan").paginate(TableName=table_name(prefix, table))
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
