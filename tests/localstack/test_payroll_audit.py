"""The audit after `make payroll` passes what is right and names what is not."""

from typing import TYPE_CHECKING

import pytest

from localstack.common.api import Person
from localstack.demo.payday.audit import audit
from localstack.demo.payday.staff import hire
from localstack.memory.bank import Account, Bank
from localstack.memory.payroll import Office, order_for
from novapay.domain.payroll import JobId
from novapay.domain.wallet import UserId, WalletId

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PEOPLE = 30


class Paid:
    """A payroll that has been run: everybody got a dollar."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.bank = Bank(client)
        office = Office(self.bank)
        source = self.bank.account(holding=str(PEOPLE))
        self.source = Person(source.wallet_id, source.user_id)
        self.staff = hire(self.bank.resources.database, PEOPLE, now=self.bank.clock.now)
        accounts = [Account(WalletId(p.wallet_id), UserId(p.user_id)) for p in self.staff]
        self.job_id: JobId = office.queue(source, [order_for(a, "1") for a in accounts])
        office.run(self.job_id)

    def broken(self) -> set[str]:
        """Return the promises that the audit found broken."""
        findings = audit(
            self.bank.resources.database,
            source=self.source,
            staff=self.staff,
            job_id=self.job_id,
            lanes=1,
        )
        return {finding.check for finding in findings if not finding.holds}

    def write(self, table: str, key: dict[str, dict[str, str]], name: str, value: str) -> None:
        self.bank.client.update_item(
            TableName=f"{self.bank.prefix}-{table}",
            Key=key,
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"S": value}},
        )


@pytest.fixture
def paid(dynamodb: "DynamoDBClient") -> Paid:
    return Paid(dynamodb)


def test_a_payroll_that_went_well_keeps_every_promise(paid: Paid) -> None:
    assert paid.broken() == set()


def test_a_balance_that_somebody_raised_is_found(paid: Paid) -> None:
    key = {"walletId": {"S": paid.staff[0].wallet_id}}

    paid.write("wallets", key, "balance", "2.00000000")

    assert paid.broken() == {
        "every employee holds their pay",
        "the payments add up",
        "every chain is valid",
        "all wallets sum to zero",
    }


def test_an_entry_that_somebody_changed_is_found(paid: Paid) -> None:
    key = {"walletId": {"S": paid.staff[0].wallet_id}, "sequence": {"N": "1"}}

    paid.write("ledger", key, "transactionId", paid.job_id)

    assert paid.broken() == {"every chain is valid"}


def test_a_payment_whose_entry_is_gone_is_found(paid: Paid) -> None:
    paid.bank.client.delete_item(
        TableName=f"{paid.bank.prefix}-ledger",
        Key={"walletId": {"S": paid.staff[-1].wallet_id}, "sequence": {"N": "1"}},
    )

    assert paid.broken() == {"every employee was paid once", "every chain is valid"}


def test_people_who_were_not_paid_are_found(paid: Paid) -> None:
    paid.staff += hire(paid.bank.resources.database, 1)

    assert paid.broken() == {
        "every employee holds their pay",
        "every employee was paid once",
        "the payments add up",
    }
