"""GET /admin/ledger/verify/{transactionId}."""

from localstack.memory.bank import Account
from localstack.memory.desk import Desk
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX


def test_what_was_posted_is_balanced(desk: Desk, holder: Account) -> None:
    transaction_id = newest_transaction(desk, holder)

    answer = desk.call("audit_transaction", transactionId=transaction_id)

    assert answer.body == {"balanced": True}


def test_a_changed_amount_is_noticed_and_counted(desk: Desk, holder: Account) -> None:
    transaction_id = newest_transaction(desk, holder)
    Intruder(desk.bank.client, PREFIX).change("ledger", holder.wallet_id, 2, amount="41.00000000")

    answer = desk.call("audit_transaction", transactionId=transaction_id)

    assert answer.status == 200
    assert answer.body["balanced"] is False
    assert desk.bank.meter.counts["ledger_invariant_violations_total"] == 1


def newest_transaction(desk: Desk, holder: Account) -> str:
    page = desk.call("list_wallet_transactions", walletId=holder.wallet_id, limit="1").body
    return str(page["transactions"][0]["transactionId"])
