"""The audit log's chain: what is appended follows, and every kind of tampering is caught."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from novapay.domain import audit, chain
from novapay.domain.audit import AuditEvent, AuditHead, AuditRecord, append, verify_log
from novapay.domain.chain import MalformedEntry
from novapay.domain.wallet import GENESIS
from tests.support.domain import NOW, id_of

Records = list[AuditRecord | MalformedEntry]


def an_event(number: int = 1) -> AuditEvent:
    return AuditEvent(
        actor="ada",
        action="inspect_wallet",
        target=id_of(f"wallet {number}"),
        source_ip="192.0.2.7",
        status=200,
        request_id=f"request-{number}",
    )


def a_log(lines: int = 4) -> tuple[Records, AuditHead]:
    """Return the records of so many calls, and where the log then ends."""
    head, records = AuditHead(), []
    for number in range(1, lines + 1):
        record = append(head, an_event(number), entry_id=id_of(f"line {number}"), now=NOW)
        head = AuditHead(record.sequence, record.hash)
        records.append(record)
    return [*records], head


def changed(record: Any, *, rehash: bool = False, **fields: Any) -> AuditRecord:
    """Return a record after somebody has changed it, with or without a hash that fits."""
    of_event = {name: fields.pop(name) for name in list(fields) if hasattr(record.event, name)}
    forged: AuditRecord = replace(record, event=replace(record.event, **of_event), **fields)
    return replace(forged, hash=audit.record_hash(forged)) if rehash else forged


def test_the_first_record_follows_the_genesis_and_the_next_one_it() -> None:
    (first, second), head = a_log(2)

    assert isinstance(first, AuditRecord)
    assert isinstance(second, AuditRecord)
    assert (first.sequence, first.previous_hash) == (1, GENESIS)
    assert (second.sequence, second.previous_hash) == (2, first.hash)
    assert head == AuditHead(2, second.hash)


@pytest.mark.parametrize("lines", [0, 1, 4])
def test_an_untouched_log_is_whole(lines: int) -> None:
    records, head = a_log(lines)

    report = verify_log(records, head)

    assert report.valid
    assert (report.entries_checked, report.head_hash) == (lines, head.head_hash)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "grace"},
        {"action": "audit_chain"},
        {"target": None},
        {"target": id_of("another wallet")},
        {"source_ip": "192.0.2.8"},
        {"status": 401},
        {"request_id": "another-request"},
        {"entry_id": id_of("another line")},
        {"occurred_at": NOW.replace(microsecond=1)},
    ],
    ids="-".join,
)
@pytest.mark.parametrize("place", [0, 1, 3], ids=["first", "middle", "last"])
def test_no_field_of_a_record_can_be_changed(change: dict[str, Any], place: int) -> None:
    records, head = a_log()
    records[place] = changed(records[place], **change)

    report = verify_log(records, head)

    assert (report.valid, report.reason, report.sequence) == (False, "wrong-hash", place + 1)


def test_a_change_with_a_hash_that_fits_breaks_the_link_after_it() -> None:
    records, head = a_log()
    records[1] = changed(records[1], rehash=True, actor="grace")

    report = verify_log(records, head)

    assert (report.valid, report.reason, report.sequence) == (False, "broken-link", 3)


def _rewrite_tail(records: Records) -> None:
    forged = changed(records[2], rehash=True, actor="grace")
    records[2:] = [forged, changed(records[3], rehash=True, previous_hash=forged.hash)]


TAMPERINGS: dict[str, tuple[Callable[[Records], object], str, int]] = {
    "the first is gone": (lambda records: records.pop(0), "missing-entry", 2),
    "one in the middle is gone": (lambda records: records.pop(1), "missing-entry", 3),
    "the last is gone": (lambda records: records.pop(), "missing-entry", 4),
    "all are gone": (lambda records: records.clear(), "missing-entry", 1),
    "one is there twice": (lambda records: records.insert(1, records[1]), "missing-entry", 2),
    "two are swapped": (lambda records: records.insert(1, records.pop(2)), "missing-entry", 3),
    "the last is rewritten": (
        lambda records: records.append(changed(records.pop(), rehash=True, status=401)),
        "head-mismatch",
        4,
    ),
    "the tail is rewritten": (_rewrite_tail, "head-mismatch", 4),
    "one follows the head": (
        lambda records: records.append(changed(records[-1], rehash=True, sequence=5)),
        "beyond-head",
        5,
    ),
    "one has a version that is not ours": (
        lambda records: records.append(changed(records.pop(), rehash=True, version=3)),
        "unknown-version",
        4,
    ),
    "one cannot be read": (
        lambda records: records.insert(1, MalformedEntry(2, None)),
        "malformed-entry",
        2,
    ),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_caught_where_it_begins(kind: str) -> None:
    tamper, reason, sequence = TAMPERINGS[kind]
    records, head = a_log()
    tamper(records)

    report = verify_log(records, head)

    assert (report.valid, report.reason, report.sequence) == (False, reason, sequence)


@pytest.mark.parametrize(
    ("sequence", "reason"), [(3, "beyond-head"), (5, "missing-entry")], ids=["back", "forth"]
)
def test_a_head_that_was_moved_is_caught(sequence: int, reason: str) -> None:
    records, head = a_log()

    report = verify_log(records, replace(head, sequence=sequence))

    assert (report.valid, report.reason) == (False, reason)


def test_the_log_is_checked_by_the_code_that_checks_the_ledger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr(audit, "verify_links", lambda *_, **__: asked.append("the chain"))

    verify_log(*a_log())

    assert asked == ["the chain"]
    assert chain.verify_links.__module__ == chain.__name__
