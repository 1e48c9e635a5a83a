"""What the core, the stacks, the documents and the local tools must agree on, written down once.

It is plain data that depends on nothing, so everybody may import it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

KeySchema = Mapping[str, Literal["S", "N"]]
"""The partition key, then the sort key if there is one, each with its type: text or number."""


class Table(StrEnum):
    """The tables; in DynamoDB their names begin with the prefix of the stage."""

    WALLETS = "wallets"
    LEDGER = "ledger"
    TRANSFERS = "transfers"
    IDEMPOTENCY = "idempotency"
    QUOTES = "quotes"
    PAYROLL = "payroll"
    AUDIT = "audit"
    ANCHORS = "anchors"
    USERS = "users"
    REFERENCES = "references"


class Index(StrEnum):
    """The indexes: they hold keys only, so a change of balance or progress never writes one."""

    WALLETS_BY_USER = "byUser"
    JOBS_BY_EMPLOYER = "byEmployer"
    OPEN_JOBS = "open"
    ALL_JOBS = "all"
    LISTED_TRANSFERS = "listed"


class TableSchema(NamedTuple):
    """What CloudFormation is told of one table.

    Attributes:
        key: identifies an item.
        indexes: the key of each index.
        expires_at: the attribute with the second after which DynamoDB deletes an item; None if
            items are kept for ever.
    """

    key: KeySchema
    indexes: Mapping[Index, KeySchema] = MappingProxyType({})
    expires_at: str | None = None


TABLES: Mapping[Table, TableSchema] = {
    Table.WALLETS: TableSchema(
        {"walletId": "S"},
        indexes={Index.WALLETS_BY_USER: {"userId": "S", "createdAt": "S"}},
    ),
    Table.LEDGER: TableSchema({"walletId": "S", "sequence": "N"}),
    Table.TRANSFERS: TableSchema(
        {"transactionId": "S"},
        indexes={
            # One index for open holds and for refusals: nothing is both, and CloudFormation adds
            # only one index to a table in an update.
            Index.LISTED_TRANSFERS: {"listed": "S", "listedAt": "S"},
        },
    ),
    Table.IDEMPOTENCY: TableSchema({"scopeKey": "S"}, expires_at="expiresAt"),
    Table.QUOTES: TableSchema({"quoteId": "S"}),
    Table.PAYROLL: TableSchema(
        {"jobId": "S", "part": "S"},
        indexes={
            Index.JOBS_BY_EMPLOYER: {"employerId": "S", "createdAt": "S"},
            Index.OPEN_JOBS: {"openJobs": "S", "createdAt": "S"},
            Index.ALL_JOBS: {"allJobs": "S", "createdAt": "S"},
        },
    ),
    Table.AUDIT: TableSchema({"logName": "S", "sequence": "N"}),
    Table.ANCHORS: TableSchema({"logName": "S"}),
    Table.USERS: TableSchema({"userId": "S"}),
    Table.REFERENCES: TableSchema({"scopeReference": "S"}),
}

METRICS_NAMESPACE = "NovaPay"
"""The namespace of our metrics in CloudWatch."""

LOCAL_STAGE = "local"
"""The stage on a laptop: the only one that may let in callers without an identity."""

OPEN_CALLER = "anyone"
"""The name of every caller of an open stage."""


def prefix_of(stage: str) -> str:
    """Return what the names of all resources of a stage begin with."""
    return f"novapay-{stage}"


def restored_prefix_of(stage: str, tables: str) -> str:
    """Return what the names of restored tables begin with; never that of the stage's own tables.

    The stage's prefix is part of it, so that no stage can use the tables of another. `restored-`
    is how the names go on, so a last hyphen may be written or not.
    """
    return f"{prefix_of(stage)}-{tables.removesuffix('-')}"


def table_name(prefix: str, table: str) -> str:
    """Return the name that a table has in DynamoDB."""
    return f"{prefix}-{table}"
