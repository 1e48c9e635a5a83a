"""The rows of payroll's transactions are held against their entries, and their keys are derived."""

from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Bank
from localstack.memory.intruder import Intruder
from localstack.memory.payroll import Office, order_for
from localstack.memory.tables import PREFIX
from novapay.domain.caller import TRUSTED
from novapay.domain.entry import TransactionId
from novapay.domain.invariant import Imbalance
from novapay.domain.transaction import TransactionType
from novapay.usecases.verify_transaction import verify_transaction
from tests.support.domain import id_of
from tests.support.versions import as_version_1

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAYROLL = ("payroll_fund", "payroll_payment", "payroll_return")


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


@pytest.fixture
def paid(bank: Bank) -> dict[str, str]:
    """Return a transaction of each type of a job that paid one person and could not pay another."""
    office = Office(bank)
    source, [person] = bank.account(holding="5"), office.employees(1)
    nobody = bank.new_account()
    office.run(office.queue(source, [order_for(person, "1"), order_for(nobody, "2")]))
    rows = read_books(bank.client).transfers
    return {row["type"]: transaction_id for transaction_id, row in rows.items()}


def check(bank: Bank, transaction_id: str) -> Imbalance | None:
    return verify_transaction(bank.resources, TransactionId(transaction_id), TRUSTED)


def test_a_job_leaves_rows_that_agree(bank: Bank, paid: dict[str, str]) -> None:
    assert set(paid) == {TransactionType.DEPOSIT, *PAYROLL}
    assert {name: check(bank, row) for name, row in paid.items()} == dict.fromkeys(paid)


@pytest.mark.parametrize("kind", PAYROLL)
@pytest.mark.parametrize("name", ["amount", "currency", "type", "senderWalletId", "createdAt"])
def test_a_changed_row_of_a_job_is_named(
    bank: Bank, paid: dict[str, str], kind: str, name: str
) -> None:
    value = {
        "amount": "4",
        "currency": "EUR",
        "type": "posting",
        "senderWalletId": id_of("another wallet"),
        "createdAt": "2026-04-07T10:00:00.000001Z",
    }[name]
    Intruder(bank.client, PREFIX).change("transfers", paid[kind], **{name: value})

    assert check(bank, paid[kind]) is Imbalance.CHANGED_TRANSACTION


@pytest.mark.parametrize("kind", PAYROLL)
@pytest.mark.parametrize("key", ["another", f"payroll-{id_of('a job')}-1"])
def test_a_changed_key_of_a_job_is_named(
    bank: Bank, paid: dict[str, str], kind: str, key: str
) -> None:
    Intruder(bank.client, PREFIX).change("transfers", paid[kind], idempotencyKey=key)

    assert check(bank, paid[kind]) is Imbalance.CHANGED_TRANSACTION


@pytest.mark.parametrize("kind", ["transfer", "deposit", "withdrawal"])
@pytest.mark.parametrize("key", ["another key", None])
def test_a_changed_key_of_a_client_is_named(bank: Bank, kind: str, key: str | None) -> None:
    sender, recipient = bank.account(holding="9"), bank.account()
    bank.transfer(sender, recipient, "1", key="the key of a transfer")
    bank.deposit(sender, "2", key="the key of a deposit")
    bank.withdraw(sender, "3", key="the key of a withdrawal")
    rows = read_books(bank.client).transfers
    [row] = [it for it, row in rows.items() if row.get("idempotencyKey") == f"the key of a {kind}"]
    assert check(bank, row) is None

    intruder = Intruder(bank.client, PREFIX)
    unkeyed = {k: v for k, v in intruder.get("transfers", row).items() if k != "idempotencyKey"}
    intruder.put("transfers", unkeyed if key is None else {**unkeyed, "idempotencyKey": key})

    assert check(bank, row) is Imbalance.CHANGED_TRANSACTION


def test_a_key_given_to_a_transaction_of_version_1_that_had_none_is_not_seen(bank: Bank) -> None:
    """As entries from before keys were in their ids, whose rows have a key."""
    account = bank.account()
    bank.deposit(account, "2", key=None)
    [row] = read_books(bank.client).transfers
    intruder = Intruder(bank.client, PREFIX)
    as_version_1(intruder, read_books(bank.client))

    intruder.change("transfers", row, idempotencyKey="a key")

    assert check(bank, row) is None


@pytest.mark.parametrize("kind", PAYROLL)
def test_who_pays_a_payroll_is_sealed(bank: Bank, paid: dict[str, str], kind: str) -> None:
    intruder = Intruder(bank.client, PREFIX)
    intruder.change("transfers", paid[kind], senderUserId=id_of("somebody else"))

    assert check(bank, paid[kind]) is Imbalance.CHANGED_TRANSACTION
