"""Restored tables as `python -m localstack reconcile` finds them, and that nobody uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.common.failure import LocalFailure
from localstack.memory.meters import RecordingMeter
from novapay import clock, ids
from novapay.schema import TABLES, prefix_of, restored_prefix_of, table_name
from novapay.store.client import Database
from novapay.store.commit import Committer
from novapay.store.resources import Resources

if TYPE_CHECKING:
    import boto3


def resources_of(session: boto3.Session, stage: str, tables: str) -> Resources:
    """Return what reads and writes the restored tables of a stage.

    The tables of the stage itself have another prefix, so no spelling of `tables` reaches them.

    Raises:
        LocalFailure: a table is missing or not restored yet, or a function uses the tables.
    """
    prefix = restored_prefix_of(stage, tables)
    _check_nobody_uses(session, stage, prefix)
    client: Any = session.client("dynamodb")
    _check_restored(client, prefix)
    database = Database(client, prefix, RecordingMeter(), clock.now)
    return Resources(
        database=database,
        committer=Committer(database),
        meter=database.meter,
        now=clock.now,
        new_id=ids.new_id,
        new_salt=ids.new_salt,
    )


def _check_nobody_uses(session: boto3.Session, stage: str, prefix: str) -> None:
    """Check that no function has these tables: what it writes would be taken for a torn commit."""
    client: Any = session.client("lambda")
    users = [
        function["FunctionName"]
        for page in client.get_paginator("list_functions").paginate()
        for function in page["Functions"]
        if function["FunctionName"].startswith(f"{prefix_of(stage)}-")
        and function.get("Environment", {}).get("Variables", {}).get("TABLE_PREFIX") == prefix
    ]
    if users:
        raise LocalFailure(
            f"{len(users)} functions of stage {stage} use the tables {prefix}-….",
            remedy="Reconcile tables before functions are pointed at them; restore into tables"
            " with another name, if these have taken traffic.",
            evidence="\n".join(users[:10]),
        )


def _check_restored(client: Any, prefix: str) -> None:
    for name in (table_name(prefix, table) for table in TABLES):
        try:
            status = client.describe_table(TableName=name)["Table"]["TableStatus"]
        except client.exceptions.ResourceNotFoundException:
            status = "missing"
        if status != "ACTIVE":
            raise LocalFailure(
                f"The table {name} is {status.lower()}.",
                remedy='Restore all tables first, and wait: "Restoring from a backup" in'
                " docs/operations.md.",
            )
