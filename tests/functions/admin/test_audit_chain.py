"""GET /admin/ledger/chain/{walletId}."""

from localstack.memory.bank import Account
from localstack.memory.desk import Desk
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX


def test_an_untouched_history_is_whole(desk: Desk, holder: Account) -> None:
    wallet = desk.call("inspect_wallet", walletId=holder.wallet_id).body

    report = desk.call("audit_chain", walletId=holder.wallet_id).body

    assert report == {"valid": True, "entriesChecked": 2, "headHash": wallet["headHash"]}


def test_a_changed_entry_is_named_and_counted(desk: Desk, holder: Account) -> None:
    intruder = Intruder(desk.bank.client, PREFIX)
    intruder.change("ledger", holder.wallet_id, 1, amount="99.00000000")

    report = desk.call("audit_chain", walletId=holder.wallet_id).body

    assert report["valid"] is False
    assert report["tamperedAt"] == intruder.get("ledger", holder.wallet_id, 1)["entryId"]
    assert (report["sequence"], report["reason"]) == (1, "wrong-hash")
    assert desk.bank.meter.counts["ledger_invariant_violations_total"] == 1
