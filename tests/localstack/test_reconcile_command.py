"""`python -m localstack reconcile`: what it refuses, prints, stores and returns."""

import io
import json
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from localstack import __main__ as module
from localstack.common.failure import LocalFailure
from localstack.memory.tables import PREFIX
from localstack.restore.report import WORDS
from localstack.restore.run import reconcile
from localstack.restore.tables import resources_of
from novapay.domain.restored import Repair
from novapay.schema import TABLES, Table
from tests.support.busy_seconds import History, history
from tests.support.plain_dynamodb import PlainDynamoDB

RESTORED = "novapay-prod-restored"


class NoSuchTable(ClientError):
    """What DynamoDB answers for a table that it does not have."""


class Account:
    """An AWS account with restored tables and with functions."""

    def __init__(self) -> None:
        self.tables = {f"{RESTORED}-{table}": "ACTIVE" for table in TABLES}
        self.prefixes = {"novapay-prod-create_transfer": "novapay-prod"}

    def client(self, _service: str) -> Any:
        return SimpleNamespace(
            exceptions=SimpleNamespace(ResourceNotFoundException=NoSuchTable),
            describe_table=self._describe,
            get_paginator=lambda _: SimpleNamespace(paginate=self._functions),
        )

    def _describe(self, TableName: str) -> Any:  # noqa: N803
        if TableName not in self.tables:
            raise NoSuchTable({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeTable")
        return {"Table": {"TableStatus": self.tables[TableName]}}

    def _functions(self) -> list[Any]:
        functions = [
            {"FunctionName": name, "Environment": {"Variables": {"TABLE_PREFIX": prefix}}}
            for name, prefix in self.prefixes.items()
        ]
        return [{"Functions": [*functions, {"FunctionName": "somebody-elses"}]}]


def opened(account: Account) -> str:
    session: Any = account
    return resources_of(session, "prod", "restored-").database.prefix


def test_it_works_on_restored_tables_that_nobody_uses() -> None:
    assert opened(Account()) == RESTORED


def test_tables_that_a_function_uses_are_not_touched() -> None:
    account = Account()
    account.prefixes["novapay-prod-pay_lane"] = RESTORED

    with pytest.raises(LocalFailure, match="1 functions of stage prod use the tables") as refused:
        opened(account)
    assert refused.value.evidence == "novapay-prod-pay_lane"


@pytest.mark.parametrize("status", ["CREATING", None])
def test_all_tables_must_be_restored_first(status: str | None) -> None:
    account = Account()
    account.tables |= {f"{RESTORED}-users": status} if status else {}
    if status is None:
        del account.tables[f"{RESTORED}-users"]

    with pytest.raises(LocalFailure, match=r"novapay-prod-restored-users is (creating|missing)\."):
        opened(account)


@pytest.fixture(scope="module")
def past() -> History:
    return history(PlainDynamoDB(PREFIX))


@pytest.fixture
def torn(past: History) -> History:
    """Return a history of which the ledger and the wallets were restored to other instants."""
    ticks = {Table.LEDGER: past.ticks["spend"], Table.WALLETS: past.ticks["fund"]}
    past.backups.restore(past.backups.at(ticks))
    return past


def run(past: History, report: Path, *, writes: bool, later: timedelta = timedelta(0)) -> Any:
    """Return whether all is sound, what was printed, and the report."""
    console = Console(file=io.StringIO(), width=100)
    is_sound = reconcile(
        console, past.bank.resources, since=past.since + later, writes=writes, report=report
    )
    file: Any = console.file
    return is_sound, file.getvalue(), json.loads(report.read_text())


def test_a_plan_is_printed_and_nothing_is_written(torn: History, tmp_path: Path) -> None:
    before = torn.backups.stored()

    is_sound, printed, document = run(torn, tmp_path / "report.json", writes=False)

    assert not is_sound
    assert "2 of them were torn and would be completed." in printed
    assert "6 torn commits would be dropped." in printed
    assert "Nothing was written." in printed
    assert document["written"] is False
    assert torn.backups.stored() == before


def test_the_report_names_what_was_dropped_and_that_all_is_sound(
    torn: History, tmp_path: Path
) -> None:
    is_sound, printed, document = run(torn, tmp_path / "report.json", writes=True)
    again = run(torn, tmp_path / "report.json", writes=False)

    assert is_sound
    assert "All is sound." in printed
    keys = [row["idempotencyKey"] for it in document["dropped"] for row in it["transactions"]]
    assert {"back", "on"} <= set(keys)
    assert {it["because"] for it in document["dropped"]} == {"no-entry"}
    assert document["verified"]["sums"] == {"EUR": "0.00000000", "USD": "0.00000000"}
    assert again[0]
    assert again[2]["repairs"] == {}


def test_what_is_too_old_is_printed_and_nothing_is_written(torn: History, tmp_path: Path) -> None:
    before = torn.backups.stored()
    later = timedelta(minutes=1)

    is_sound, printed, _ = run(torn, tmp_path / "report.json", writes=True, later=later)

    assert not is_sound
    assert "older than the last seconds: wallet" in printed
    assert torn.backups.stored() == before


def test_every_repair_has_words_for_people() -> None:
    assert WORDS.keys() == {kind.__name__ for kind in get_args(Repair)}


@pytest.mark.parametrize("at", ["yesterday", "2026-11-05T10:00:00"])
def test_an_instant_has_a_time_zone(
    at: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["reconcile", "--stage", "prod", "--tables", "restored-", "--at", at]
    monkeypatch.setattr(sys, "argv", ["localstack", *command])

    with pytest.raises(SystemExit):
        module.main()

    assert f"{at} is no instant such as" in capsys.readouterr().err
