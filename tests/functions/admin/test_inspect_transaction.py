"""GET /admin/transactions/{transactionId}."""

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account
from localstack.memory.desk import Desk


def test_a_transaction_of_any_type_is_shown(desk: Desk, holder: Account) -> None:
    listed = desk.call("list_wallet_transactions", walletId=holder.wallet_id).body["transactions"]

    found = [
        desk.call("inspect_transaction", transactionId=it["transactionId"]).body for it in listed
    ]

    assert found == listed
    assert [it["type"] for it in found] == ["transfer", "deposit"]
    assert [it["amount"] for it in found] == ["40", "100"]


def test_a_refused_transfer_is_shown_with_its_reason(desk: Desk, holder: Account) -> None:
    desk.bank.transfer(holder, desk.bank.account(), "61", key="too much")
    [refused] = read_books(desk.bank.client).transfers_of("FAILED")

    found = desk.call("inspect_transaction", transactionId=refused["transactionId"]).body

    assert (found["status"], found["failureCode"]) == ("FAILED", "insufficient-funds")
