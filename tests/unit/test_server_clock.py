"""Our clock is held against the Date of DynamoDB's answers, and nothing is written if it is off."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory.bank import Bank
from localstack.memory.clocks import ManualClock
from localstack.memory.wire import Wire
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import ClockSkewed
from novapay.store.server_clock import date_of, offset_of
from novapay.usecases.get_trial_balance import get_trial_balance
from novapay.usecases.verify_chain import verify_wallet_chain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DATE = datetime(2026, 4, 7, 10, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


def server_is(bank: Bank, offset: timedelta) -> None:
    """Let DynamoDB's clock be ahead of ours by so much, and go with it."""
    bank.server_clock = ManualClock(bank.clock.now() + offset)


@pytest.mark.parametrize(
    ("sent", "received", "offset"),
    [
        (timedelta(), timedelta(), timedelta()),
        (SECOND, SECOND, timedelta()),
        (SECOND + TICK, 2 * SECOND, TICK),
        (timedelta(seconds=7), timedelta(seconds=8), timedelta(seconds=6)),
        (timedelta(seconds=-9), -TICK, -TICK),
        (timedelta(seconds=-9), timedelta(seconds=-6), timedelta(seconds=-6)),
        (timedelta(seconds=-9), timedelta(seconds=9), timedelta()),
    ],
)
def test_only_what_latency_and_whole_seconds_cannot_explain_is_an_offset(
    sent: timedelta, received: timedelta, offset: timedelta
) -> None:
    assert offset_of(DATE, sent_at=DATE + sent, received_at=DATE + received) == offset


@pytest.mark.parametrize(
    ("headers", "date"),
    [
        ({"date": "Tue, 07 Apr 2026 10:00:00 GMT"}, DATE),
        ({}, None),
        ({"date": ""}, None),
        ({"date": "yesterday"}, None),
        ({"date": "Tue, 07 Apr 2026 10:00:00 -0000"}, None),
    ],
)
def test_an_answer_without_a_date_tells_nothing(
    headers: dict[str, str], date: datetime | None
) -> None:
    response: dict[str, Any] = {"ResponseMetadata": {"HTTPHeaders": headers}}

    assert date_of(response) == date
    assert date_of({}) is None


@pytest.mark.parametrize(
    "offset", [timedelta(seconds=5) + TICK, timedelta(seconds=-6) - TICK, timedelta(days=-365)]
)
def test_a_function_whose_clock_is_off_commits_nothing(bank: Bank, offset: timedelta) -> None:
    account = bank.account(holding="100")
    server_is(bank, offset)

    with Wire(bank.client) as wire, pytest.raises(ClockSkewed) as refused:
        bank.deposit(account, "1")

    assert "TransactWriteItems" not in wire.operations
    assert abs(refused.value.offset_ms) >= 5000
    assert refused.value.offset_ms * offset.total_seconds() < 0
    assert bank.meter.counts["clocks_refused"] == 1


@pytest.mark.parametrize("offset", [timedelta(seconds=5), timedelta(), timedelta(seconds=-6)])
def test_clocks_may_be_a_little_apart(bank: Bank, offset: timedelta) -> None:
    account = bank.account(holding="100")
    server_is(bank, offset)

    assert bank.deposit(account, "1").code == "ok"


def test_the_clock_is_looked_at_anew_each_time(bank: Bank) -> None:
    account = bank.account(holding="100")
    server_is(bank, timedelta(minutes=1))
    with pytest.raises(ClockSkewed):
        bank.deposit(account, "1")

    server_is(bank, timedelta())

    assert bank.deposit(account, "1").code == "ok"


def test_a_wrong_clock_is_not_taken_for_a_wallet_from_the_future(bank: Bank) -> None:
    account = bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=-1))
    server_is(bank, timedelta(minutes=1))

    with pytest.raises(ClockSkewed):
        bank.deposit(account, "1")


def test_a_wrong_clock_accuses_nobody(bank: Bank) -> None:
    account = bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=-1))
    server_is(bank, timedelta(minutes=1))

    with pytest.raises(ClockSkewed):
        verify_wallet_chain(bank.resources, account.wallet_id, TRUSTED)
    with pytest.raises(ClockSkewed):
        get_trial_balance(bank.resources)

    assert bank.meter.counts["ledger_invariant_violations_total"] == 0


def test_a_replay_needs_no_clock(bank: Bank) -> None:
    alice, bob = bank.account(holding="100"), bank.account()
    first = bank.transfer(alice, bob, "1", key="k")
    server_is(bank, timedelta(minutes=1))

    again = bank.transfer(alice, bob, "1", key="k")

    assert (again.replayed, again.facts) == (True, first.facts)


def test_the_real_date_of_an_answer_is_what_counts(bank: Bank) -> None:
    response = bank.client.list_tables()

    assert date_of(response) is not None
