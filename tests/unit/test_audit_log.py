"""The audit log as it is stored: appended under contention, paged, and checked."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from localstack.memory.bank import Bank
from localstack.memory.intruder import Intruder, Item
from localstack.memory.tables import PREFIX
from localstack.memory.wire import Call, Wire, cancel, every, first, lose_the_answer
from novapay.domain.audit import AuditEvent, AuditHead, append
from novapay.domain.errors import Contention, InvariantViolated, StoreUnavailable
from novapay.domain.instants import format_instant
from novapay.domain.wallet import GENESIS
from novapay.usecases.list_audit_logs import list_audit_logs
from novapay.usecases.record_audit import record_audit
from novapay.usecases.verify_audit_log import verify_audit_log

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


@pytest.fixture
def intruder(dynamodb: "DynamoDBClient") -> Intruder:
    return Intruder(dynamodb, PREFIX)


def an_event(number: int = 1) -> AuditEvent:
    return AuditEvent(
        actor="ada",
        action="inspect_wallet",
        target=None,
        source_ip=None,
        status=200,
        request_id=f"request-{number}",
    )


def record(bank: Bank, lines: int = 1) -> None:
    for number in range(1, lines + 1):
        record_audit(bank.resources, an_event(number))


def test_what_is_recorded_is_read_back(bank: Bank) -> None:
    record(bank, 3)

    page = list_audit_logs(bank.resources, limit=10, offset=0)

    assert [it.event for it in page.items] == [an_event(3), an_event(2), an_event(1)]
    assert page.total == 3


def test_an_event_with_every_field_is_read_back(bank: Bank) -> None:
    event = AuditEvent(
        actor="unknown",
        action="audit_chain",
        target="a-wallet",
        source_ip="2001:db8::1",
        status=401,
        request_id="r",
    )

    record_audit(bank.resources, event)

    assert [it.event for it in list_audit_logs(bank.resources, limit=1, offset=0).items] == [event]


def test_conflicts_are_decided_again_from_where_the_log_then_ends(bank: Bank) -> None:
    record(bank)

    with Wire(bank.client, before=cancel("audit", times=3)) as wire:
        record_audit(bank.resources, an_event(2))

    assert wire.operations == ["BatchGetItem", "TransactWriteItems"] * 4
    assert list_audit_logs(bank.resources, limit=10, offset=0).total == 2
    assert verify_audit_log(bank.resources).valid


def test_a_rival_that_appends_in_between_takes_nothing_away(bank: Bank) -> None:
    rivals = iter([an_event(2)])

    def rival_first(call: Call) -> None:
        if call.operation == "TransactWriteItems" and (event := next(rivals, None)):
            record_audit(Bank(bank.client).resources, event)

    record(bank)
    with Wire(bank.client, before=rival_first):
        record_audit(bank.resources, an_event(3))

    page = list_audit_logs(bank.resources, limit=10, offset=0)
    assert [it.event.request_id for it in page.items] == ["request-3", "request-2", "request-1"]
    assert verify_audit_log(bank.resources).valid


def test_endless_conflict_ends_and_nothing_is_recorded(bank: Bank) -> None:
    with (
        Wire(bank.client, before=cancel("audit")),
        pytest.raises(Contention),
    ):
        record(bank)

    assert list_audit_logs(bank.resources, limit=10, offset=0).total == 0


def test_an_answer_that_is_lost_is_not_taken_for_success(bank: Bank) -> None:
    with (
        Wire(bank.client, after=first("TransactWriteItems", lose_the_answer, times=9)),
        pytest.raises(StoreUnavailable),
    ):
        record(bank)

    # It may have been applied; then the log tells of a call that got no answer, and is whole.
    assert verify_audit_log(bank.resources).valid


@pytest.mark.parametrize(
    ("limit", "offset", "sequences"),
    [
        (2, 0, [5, 4]),
        (2, 2, [3, 2]),
        (2, 4, [1]),
        (2, 5, []),
        (5, 0, [5, 4, 3, 2, 1]),
        (100, 1, [4, 3, 2, 1]),
        (1, 99, []),
    ],
)
def test_a_page_is_a_range_of_numbers(
    bank: Bank, limit: int, offset: int, sequences: list[int]
) -> None:
    record(bank, 5)

    with Wire(bank.client) as wire:
        page = list_audit_logs(bank.resources, limit=limit, offset=offset)

    assert [it.sequence for it in page.items] == sequences
    assert page.total == 5
    assert wire.operations == (["BatchGetItem", "Query"] if sequences else ["BatchGetItem"])


def test_an_empty_log_has_no_lines_and_is_whole(bank: Bank) -> None:
    page = list_audit_logs(bank.resources, limit=10, offset=0)

    assert (page.items, page.total) == ([], 0)
    assert verify_audit_log(bank.resources).valid


def test_a_line_that_cannot_be_read_is_not_listed_as_if_it_were_one(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 2)
    intruder.change("audit", "admin", 1, status="ok")

    with pytest.raises(InvariantViolated):
        list_audit_logs(bank.resources, limit=10, offset=0)


@pytest.mark.parametrize("place", [1, 2, 3], ids=["first", "middle", "last"])
def test_a_line_that_is_deleted_is_missed_and_counted(
    bank: Bank, intruder: Intruder, place: int
) -> None:
    record(bank, 3)
    intruder.delete("audit", "admin", place)

    report = verify_audit_log(bank.resources)

    assert (report.valid, report.reason) == (False, "missing-entry")
    assert bank.meter.counts["ledger_invariant_violations_total"] == 1


def test_a_line_that_cannot_be_read_is_reported(bank: Bank, intruder: Intruder) -> None:
    record(bank, 3)
    intruder.change("audit", "admin", 2, occurredAt="yesterday")

    report = verify_audit_log(bank.resources)

    assert (report.reason, report.sequence) == ("malformed-entry", 2)


def test_a_line_slipped_in_between_two_is_reported(bank: Bank, intruder: Intruder) -> None:
    record(bank, 2)
    intruder.put("audit", {**intruder.get("audit", "admin", 1), "sequence": 1.5})

    report = verify_audit_log(bank.resources)

    assert (report.valid, report.reason, report.sequence) == (False, "malformed-entry", 1)


def test_a_line_beyond_the_head_is_reported(bank: Bank, intruder: Intruder) -> None:
    record(bank, 2)
    intruder.put("audit", {**intruder.get("audit", "admin", 2), "sequence": 4})

    assert verify_audit_log(bank.resources).reason == "beyond-head"


def cut(intruder: Intruder, *, first: int, last: int) -> None:
    """Delete these lines of the log."""
    for sequence in range(first, last + 1):
        intruder.delete("audit", "admin", sequence)


def test_a_log_that_is_emptied_with_all_that_its_table_knows_is_reported(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 3)
    cut(intruder, first=0, last=3)

    report = verify_audit_log(bank.resources)

    assert (report.valid, report.reason, report.sequence) == (False, "missing-entry", 1)
    assert bank.meter.counts["ledger_invariant_violations_total"] == 1


def test_a_log_that_was_emptied_stays_broken_however_much_is_appended(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 3)
    cut(intruder, first=0, last=3)

    record(bank, 2)

    report = verify_audit_log(bank.resources)
    assert (report.valid, report.reason) == (False, "missing-entry")
    assert list_audit_logs(bank.resources, limit=10, offset=0).total == 5


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_tail_that_is_cut_is_missed_whatever_head_its_table_is_given(
    bank: Bank, intruder: Intruder, kept: int
) -> None:
    record(bank, 3)
    head_hash = intruder.get("audit", "admin", kept)["hash"] if kept else GENESIS
    intruder.put("audit", old_head(kept, head_hash))
    cut(intruder, first=kept + 1, last=3)

    report = verify_audit_log(bank.resources)

    assert (report.valid, report.reason, report.sequence) == (False, "missing-entry", kept + 1)


def test_a_log_that_is_written_anew_in_its_table_is_reported(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 2)
    head, forged = AuditHead(), replace(an_event(), actor="eve")
    for sequence in (1, 2):
        line = append(head, forged, entry_id=f"forged-{sequence}", now=bank.clock.now())
        head = AuditHead(line.sequence, line.hash)
        intruder.change(
            "audit",
            "admin",
            sequence,
            actor="eve",
            requestId=forged.request_id,
            entryId=line.entry_id,
            occurredAt=format_instant(line.occurred_at),
            previousHash=line.previous_hash,
            hash=line.hash,
        )

    report = verify_audit_log(bank.resources)

    assert (report.valid, report.reason, report.entries_checked) == (False, "head-mismatch", 2)


@pytest.mark.parametrize("lines", [3, 1002])
def test_an_anchor_that_points_beyond_the_log_is_reported(
    bank: Bank, intruder: Intruder, lines: int
) -> None:
    record(bank, 2)
    intruder.change("anchors", "admin", lastSequence=lines)

    report = verify_audit_log(bank.resources)

    assert (report.valid, report.reason, report.sequence) == (False, "missing-entry", 3)


def test_an_anchor_that_is_set_back_is_reported_and_nothing_is_appended(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank)
    before = intruder.get("anchors", "admin")
    record(bank, 2)
    intruder.put("anchors", before)

    assert verify_audit_log(bank.resources).reason == "beyond-head"
    with pytest.raises(Contention):
        record_audit(bank.resources, an_event(4))


def test_who_appends_from_an_old_reading_does_not_set_the_anchor_back(
    bank: Bank, intruder: Intruder
) -> None:
    rivals = iter([an_event(3)])

    def append_and_cut_first(call: Call) -> None:
        if call.operation == "TransactWriteItems" and (event := next(rivals, None)):
            record_audit(Bank(bank.client).resources, event)
            cut(intruder, first=3, last=3)

    record(bank, 2)
    with Wire(bank.client, before=append_and_cut_first):
        record_audit(bank.resources, an_event(4))

    report = verify_audit_log(bank.resources)
    assert (report.valid, report.reason, report.sequence) == (False, "missing-entry", 4)
    assert intruder.get("anchors", "admin")["lastSequence"] == 4


def test_an_anchor_that_is_gone_is_reported_and_nothing_is_appended(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 2)
    intruder.delete("anchors", "admin")

    assert verify_audit_log(bank.resources).reason == "beyond-head"
    with pytest.raises(Contention):
        record_audit(bank.resources, an_event(3))


@pytest.mark.parametrize("last", ["two", 1.5, True])
def test_an_anchor_that_cannot_be_read_is_no_anchor_of_ours(
    bank: Bank, intruder: Intruder, last: object
) -> None:
    record(bank, 2)
    intruder.change("anchors", "admin", lastSequence=last)

    for use in (verify_audit_log, lambda resources: record_audit(resources, an_event(3))):
        with pytest.raises(InvariantViolated) as violated:
            use(bank.resources)
        assert violated.value.facts == {"logName": "admin"}


def test_an_empty_log_and_no_anchor_are_a_log_that_nobody_wrote(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 2)
    cut(intruder, first=0, last=2)
    intruder.delete("anchors", "admin")

    report = verify_audit_log(bank.resources)

    # Who writes to both tables takes all that is known; decision 20 says what would be needed.
    assert (report.valid, report.entries_checked, report.head_hash) == (True, 0, GENESIS)


def old_head(sequence: int, head_hash: str) -> Item:
    """Return where a log ended when that was kept in its own table."""
    return {"logName": "admin", "sequence": 0, "lastSequence": sequence, "headHash": head_hash}


def from_before(bank: Bank, intruder: Intruder, lines: int) -> None:
    """Record lines, and keep where they end as it was kept before there were anchors."""
    record(bank, lines)
    anchor = intruder.get("anchors", "admin")
    intruder.put("audit", old_head(anchor["lastSequence"], anchor["headHash"]))
    intruder.delete("anchors", "admin")


def test_a_log_from_before_anchors_goes_on_and_is_anchored(bank: Bank, intruder: Intruder) -> None:
    from_before(bank, intruder, 3)
    assert verify_audit_log(bank.resources).entries_checked == 3

    record_audit(bank.resources, an_event(4))

    assert intruder.get("anchors", "admin")["lastSequence"] == 4
    assert intruder.get("audit", "admin", 0)["lastSequence"] == 3
    report = verify_audit_log(bank.resources)
    assert (report.valid, report.entries_checked) == (True, 4)


def test_a_log_from_before_anchors_is_held_against_its_old_head(
    bank: Bank, intruder: Intruder
) -> None:
    from_before(bank, intruder, 3)
    cut(intruder, first=3, last=3)

    assert verify_audit_log(bank.resources).reason == "missing-entry"


def test_once_anchored_a_log_from_before_cannot_be_emptied_with_its_old_head(
    bank: Bank, intruder: Intruder
) -> None:
    from_before(bank, intruder, 3)
    record_audit(bank.resources, an_event(4))
    cut(intruder, first=0, last=4)

    report = verify_audit_log(bank.resources)

    assert (report.valid, report.reason, report.sequence) == (False, "missing-entry", 1)


def test_once_anchored_a_log_from_before_does_not_fall_back_to_its_old_head(
    bank: Bank, intruder: Intruder
) -> None:
    from_before(bank, intruder, 3)
    record_audit(bank.resources, an_event(4))
    intruder.delete("anchors", "admin")

    assert verify_audit_log(bank.resources).reason == "beyond-head"


def test_of_two_who_append_to_a_log_from_before_the_first_makes_the_anchor(
    bank: Bank, intruder: Intruder
) -> None:
    from_before(bank, intruder, 3)
    rivals = iter([an_event(4)])

    def rival_first(call: Call) -> None:
        if call.operation == "TransactWriteItems" and (event := next(rivals, None)):
            record_audit(Bank(bank.client).resources, event)

    with Wire(bank.client, before=rival_first):
        record_audit(bank.resources, an_event(5))

    report = verify_audit_log(bank.resources)
    assert (report.valid, report.entries_checked) == (True, 5)


def test_the_log_is_whole_while_it_grows(bank: Bank) -> None:
    record(bank, 2)
    rivals = iter([an_event(3)])

    def append_first(call: Call) -> None:
        if call.operation == "Query" and (event := next(rivals, None)):
            record_audit(Bank(bank.client).resources, event)

    with Wire(bank.client, before=append_first):
        report = verify_audit_log(bank.resources)

    assert (report.valid, report.entries_checked) == (True, 2)


def test_a_store_that_is_down_is_no_sign_of_tampering(bank: Bank) -> None:
    record(bank)

    with (
        Wire(bank.client, before=every("Query", lose_the_answer)),
        pytest.raises(StoreUnavailable),
    ):
        verify_audit_log(bank.resources)

    assert bank.meter.counts["ledger_invariant_violations_total"] == 0
