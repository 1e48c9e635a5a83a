"""GET /admin/audit-logs."""

import json
from hashlib import sha256

from localstack.memory.desk import TOKENS, Desk
from localstack.memory.wire import Wire

WALLET_ID = "3f0c2a52-6a0e-4a4e-9c1b-5d2f8e7a1b10"


def test_the_log_comes_newest_first_without_the_call_that_reads_it(desk: Desk) -> None:
    desk.call("list_all_jobs")
    desk.call("verify_audit_log", token=None)
    desk.call("verify_audit_log", token=TOKENS["grace"])

    page = desk.call("list_audit_logs").body

    assert [(it["action"], it["actor"], it["status"]) for it in page["logs"]] == [
        ("verify_audit_log", "grace", 200),
        ("list_all_jobs", "ada", 200),
    ]
    assert (page["total"], page["limit"], page["offset"], page["next"]) == (2, 50, 0, None)


def test_a_line_has_everything_that_its_hash_is_over(desk: Desk) -> None:
    desk.call("inspect_wallet", walletId=WALLET_ID)

    [line] = desk.call("list_audit_logs").body["logs"]

    hashed = {
        "action": "inspect_wallet",
        "actor": "ada",
        "entryId": line["id"],
        "occurredAt": "2026-04-07T10:00:00.000000Z",
        "previousHash": "GENESIS",
        "requestId": "5b1d8a0e-7c64-4f0b-9a3e-2f6f3c1d9e77",
        "sequence": 1,
        "sourceIp": "192.0.2.7",
        "status": 404,
        "target": WALLET_ID,
        "version": 1,
    }
    document = json.dumps(hashed, sort_keys=True, separators=(",", ":"))
    assert line["hash"] == sha256(document.encode()).hexdigest()
    assert {**hashed, "id": line["id"], "hash": line["hash"]} == {**line, "entryId": line["id"]}


def test_any_page_costs_two_reads(desk: Desk) -> None:
    for _ in range(5):
        desk.call("list_all_jobs")

    for offset in ("0", "3"):
        with Wire(desk.bank.client) as wire:
            page = desk.call("list_audit_logs", limit="2", offset=offset).body

        assert len(page["logs"]) == 2
        # Its own line in the log is read and written after it.
        assert wire.operations == ["BatchGetItem", "Query", "BatchGetItem", "TransactWriteItems"]


def test_pages_lead_from_the_newest_line_to_the_oldest(desk: Desk) -> None:
    for _ in range(3):
        desk.call("list_all_jobs")

    first = desk.call("list_audit_logs", limit="2").body
    beyond = desk.call("list_audit_logs", offset="99").body

    assert [it["sequence"] for it in first["logs"]] == [3, 2]
    assert first["next"] == "?limit=2&offset=2"
    assert (beyond["logs"], beyond["total"]) == ([], 4)
