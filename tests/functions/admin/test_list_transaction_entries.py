"""GET /admin/ledger/transactions/{transactionId}."""

from localstack.memory.bank import Account
from localstack.memory.desk import Desk


def test_both_entries_of_a_transaction_are_shown(desk: Desk, holder: Account) -> None:
    newest = desk.call("audit_entries", walletId=holder.wallet_id).body["entries"][0]

    answer = desk.call("list_transaction_entries", transactionId=newest["transactionId"])

    debit, credit = answer.body
    assert debit == newest
    assert (debit["entryType"], credit["entryType"]) == ("DEBIT", "CREDIT")
    assert debit["amount"] == credit["amount"] == "40.00000000"


def test_the_systems_side_is_shown_too(desk: Desk, holder: Account) -> None:
    deposit = desk.call("audit_entries", walletId=holder.wallet_id).body["entries"][-1]

    answer = desk.call("list_transaction_entries", transactionId=deposit["transactionId"])

    assert {entry["walletId"] for entry in answer.body} > {holder.wallet_id}


def test_an_unknown_transaction_has_no_entries(desk: Desk) -> None:
    answer = desk.call("list_transaction_entries", transactionId=desk.bank.new_id())

    assert (answer.status, answer.body["code"]) == (404, "transaction-not-found")
