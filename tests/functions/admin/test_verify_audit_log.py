"""GET /admin/audit-logs/chain."""

from localstack.memory.desk import Desk
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX


def test_an_untouched_log_is_whole(desk: Desk) -> None:
    desk.call("list_all_jobs")

    report = desk.call("verify_audit_log").body

    head = Intruder(desk.bank.client, PREFIX).get("audit", "admin", 1)
    assert report == {"valid": True, "entriesChecked": 1, "headHash": head["hash"]}


def test_a_line_that_was_changed_is_named_and_counted(desk: Desk) -> None:
    desk.call("list_all_jobs")
    intruder = Intruder(desk.bank.client, PREFIX)
    intruder.change("audit", "admin", 1, status=401)

    report = desk.call("verify_audit_log").body

    assert report["valid"] is False
    assert (report["sequence"], report["reason"]) == (1, "wrong-hash")
    assert report["tamperedAt"] == intruder.get("audit", "admin", 1)["entryId"]
    assert desk.bank.meter.counts["ledger_invariant_violations_total"] == 1
