"""The audit log as it is stored: appended under contention, paged, and checked."""

from typing import TYPE_CHECKING

import pytest

from novapay.domain.audit import AuditEvent
from novapay.domain.errors import Contention, InvariantViolated, StoreUnavailable
from novapay.usecases.list_audit_logs import list_audit_logs
from novapay.usecases.record_audit import record_audit
from novapay.usecases.verify_audit_log import verify_audit_log
from tests.support.bank import Bank
from tests.support.intruder import Intruder
from tests.support.tables import PREFIX
from tests.support.wire import Call, Wire, cancel, every, first, lose_the_answer

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
        record_audit(bank.store, an_event(number))


def test_what_is_recorded_is_read_back(bank: Bank) -> None:
    record(bank, 3)

    page = list_audit_logs(bank.store, limit=10, offset=0)

    assert [it.event for it in page.records] == [an_event(3), an_event(2), an_event(1)]
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

    record_audit(bank.store, event)

    assert [it.event for it in list_audit_logs(bank.store, limit=1, offset=0).records] == [event]


def test_conflicts_are_decided_again_from_where_the_log_then_ends(bank: Bank) -> None:
    record(bank)

    with Wire(bank.client, before=cancel("audit", times=3)) as wire:
        record_audit(bank.store, an_event(2))

    assert wire.operations == ["GetItem", "TransactWriteItems"] * 4
    assert list_audit_logs(bank.store, limit=10, offset=0).total == 2
    assert verify_audit_log(bank.store).valid


def test_a_rival_that_appends_in_between_takes_nothing_away(bank: Bank) -> None:
    rivals = iter([an_event(2)])

    def rival_first(call: Call) -> None:
        if call.operation == "TransactWriteItems" and (event := next(rivals, None)):
            record_audit(Bank(bank.client).store, event)

    record(bank)
    with Wire(bank.client, before=rival_first):
        record_audit(bank.store, an_event(3))

    page = list_audit_logs(bank.store, limit=10, offset=0)
    assert [it.event.request_id for it in page.records] == ["request-3", "request-2", "request-1"]
    assert verify_audit_log(bank.store).valid


def test_endless_conflict_ends_and_nothing_is_recorded(bank: Bank) -> None:
    with (
        Wire(bank.client, before=cancel("audit")),
        pytest.raises(Contention),
    ):
        record(bank)

    assert list_audit_logs(bank.store, limit=10, offset=0).total == 0


def test_an_answer_that_is_lost_is_not_taken_for_success(bank: Bank) -> None:
    with (
        Wire(bank.client, after=first("TransactWriteItems", lose_the_answer, times=9)),
        pytest.raises(StoreUnavailable),
    ):
        record(bank)

    # It may have been applied; then the log tells of a call that got no answer, and is whole.
    assert verify_audit_log(bank.store).valid


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
        page = list_audit_logs(bank.store, limit=limit, offset=offset)

    assert [it.sequence for it in page.records] == sequences
    assert page.total == 5
    assert wire.operations == (["GetItem", "Query"] if sequences else ["GetItem"])


def test_an_empty_log_has_no_lines_and_is_whole(bank: Bank) -> None:
    page = list_audit_logs(bank.store, limit=10, offset=0)

    assert (page.records, page.total) == ([], 0)
    assert verify_audit_log(bank.store).valid


def test_a_line_that_cannot_be_read_is_not_listed_as_if_it_were_one(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 2)
    intruder.change("audit", "admin", 1, status="ok")

    with pytest.raises(InvariantViolated):
        list_audit_logs(bank.store, limit=10, offset=0)


@pytest.mark.parametrize("place", [1, 2, 3], ids=["first", "middle", "last"])
def test_a_line_that_is_deleted_is_missed_and_counted(
    bank: Bank, intruder: Intruder, place: int
) -> None:
    record(bank, 3)
    intruder.delete("audit", "admin", place)

    report = verify_audit_log(bank.store)

    assert (report.valid, report.reason) == (False, "missing-entry")
    assert bank.meter.counts["ledger_invariant_violations_total"] == 1


def test_a_line_that_cannot_be_read_is_reported(bank: Bank, intruder: Intruder) -> None:
    record(bank, 3)
    intruder.change("audit", "admin", 2, occurredAt="yesterday")

    report = verify_audit_log(bank.store)

    assert (report.reason, report.sequence) == ("malformed-entry", 2)


def test_a_line_slipped_in_between_two_is_reported(bank: Bank, intruder: Intruder) -> None:
    record(bank, 2)
    intruder.put("audit", {**intruder.get("audit", "admin", 1), "sequence": 1.5})

    report = verify_audit_log(bank.store)

    assert (report.valid, report.reason, report.sequence) == (False, "malformed-entry", 1)


def test_a_line_beyond_the_head_is_reported(bank: Bank, intruder: Intruder) -> None:
    record(bank, 2)
    intruder.put("audit", {**intruder.get("audit", "admin", 2), "sequence": 4})

    assert verify_audit_log(bank.store).reason == "beyond-head"


def test_a_head_that_is_gone_is_reported_and_nothing_is_appended(
    bank: Bank, intruder: Intruder
) -> None:
    record(bank, 2)
    intruder.delete("audit", "admin", 0)

    assert verify_audit_log(bank.store).reason == "beyond-head"
    with pytest.raises(Contention):
        record_audit(bank.store, an_event(3))


def test_the_log_is_whole_while_it_grows(bank: Bank) -> None:
    record(bank, 2)
    rivals = iter([an_event(3)])

    def append_first(call: Call) -> None:
        if call.operation == "Query" and (event := next(rivals, None)):
            record_audit(Bank(bank.client).store, event)

    with Wire(bank.client, before=append_first):
        report = verify_audit_log(bank.store)

    assert (report.valid, report.entries_checked) == (True, 2)


def test_a_store_that_is_down_is_no_sign_of_tampering(bank: Bank) -> None:
    record(bank)

    with (
        Wire(bank.client, before=every("Query", lose_the_answer)),
        pytest.raises(StoreUnavailable),
    ):
        verify_audit_log(bank.store)

    assert bank.meter.counts["ledger_invariant_violations_total"] == 0
