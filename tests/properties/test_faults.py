"""AWS misbehaves at any call of any flow: the client is told the truth, or to try again.

Told to try again, it does so with the same key, and there is exactly one effect.
"""

from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Bank
from localstack.memory.clocks import Naps
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.wire import (
    Fault,
    FaultOf,
    Wire,
    answer_with,
    at,
    cancel,
    every,
    first,
    lose_the_answer,
    not_connect,
)
from novapay.domain.errors import Contention, Processing, StoreUnavailable, Unavailable
from novapay.http.problems import form_of
from novapay.store.commit import COMMIT_DEADLINE_S
from tests.properties.test_crashes import assert_one_effect, calls_of
from tests.support.flows import FLOWS, Flow, Started, posting, refused_transfer, transfer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NEVER_ARRIVED: dict[str, Fault] = {
    "throttled": answer_with("ThrottlingException"),
    "internal error": answer_with("InternalServerError", status=500),
    "service unavailable": answer_with("ServiceUnavailable", status=503),
    "connect time-out": not_connect,
}


def ask_until_told(started: Started) -> int:
    """Ask as a client does, again where it is told to; return how often it was told so."""
    for unavailable in range(5):
        try:
            told = started.ask()
        except Unavailable:
            continue
        else:
            assert told.code == started.code
            return unavailable
    raise AssertionError("it never ends")


@pytest.mark.parametrize("name", NEVER_ARRIVED)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_call_that_fails_is_made_good_by_a_retry(flow: Flow, name: str) -> None:
    for number in range(1, calls_of(flow) + 1):
        with dynamodb_in_memory() as client:
            bank = Bank(client)
            started = flow(bank)

            with Wire(client, before=at(number, NEVER_ARRIVED[name])):
                assert ask_until_told(started) <= 1

            assert_one_effect(bank, started)


@pytest.mark.parametrize("flow", FLOWS)
def test_an_answer_that_is_lost_is_made_good_by_a_retry(flow: Flow) -> None:
    for number in range(1, calls_of(flow) + 1):
        with dynamodb_in_memory() as client:
            bank = Bank(client)
            started = flow(bank)

            with Wire(client, after=at(number, lose_the_answer)), pytest.raises(StoreUnavailable):
                started.ask()

            assert_one_effect(bank, started)


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError"])
@pytest.mark.parametrize("flow", FLOWS)
def test_a_cancelled_commit_is_decided_again(flow: Flow, reason: str) -> None:
    for table in ("wallets", "ledger", "transfers", "idempotency", "references"):
        with dynamodb_in_memory() as client:
            bank = Bank(client)
            started = flow(bank)

            with Wire(client, before=cancel(table, reason=reason, times=1)):
                assert ask_until_told(started) == 0

            assert_one_effect(bank, started)


def test_told_to_try_again_is_a_503_that_says_so() -> None:
    for kind in (Contention, StoreUnavailable):
        assert form_of(kind) == (503, True)


def test_a_decision_made_again_sees_what_has_moved(dynamodb: "DynamoDBClient") -> None:
    bank = Bank(dynamodb)
    sender, recipient = bank.account(holding="100"), bank.account()
    rivals = iter(range(1))

    def spend_it_first() -> None:
        if next(rivals, None) is not None:
            bank.transfer(sender, recipient, "100", key="the rival's")

    with Wire(dynamodb, before=every("TransactWriteItems", spend_it_first)):
        told = bank.transfer(sender, recipient, "60", key="ours")

    assert told.code == "insufficient-funds"
    books = read_books(dynamodb)
    books.assert_sound()
    assert books.balance(recipient.wallet_id) == "100.00000000"


class TestStorm:
    """Others hold the same items until the deadline; the waits are not real."""

    @pytest.fixture
    def bank(self, dynamodb: "DynamoDBClient") -> Bank:
        self.naps = Naps()
        return Bank(dynamodb, waits=self.naps)

    def ask_in(self, storm: FaultOf, bank: Bank, started: Started) -> None:
        with Wire(bank.client, before=storm) as wire:
            started.ask()
        assert wire.calls

    @pytest.mark.parametrize("flow", [transfer, posting])
    @pytest.mark.parametrize("tables", [("wallets",), ("ledger",), ("wallets", "ledger")])
    def test_a_storm_on_the_wallets_is_contention(
        self, bank: Bank, flow: Flow, tables: tuple[str, ...]
    ) -> None:
        started = flow(bank)

        with pytest.raises(Contention):
            self.ask_in(cancel(*tables), bank, started)

        assert started.effects(read_books(bank.client)) == []
        assert_one_effect(bank, started)

    def test_a_head_that_never_stays_is_contention_and_not_a_lack_of_money(
        self, bank: Bank
    ) -> None:
        started = transfer(bank)

        with pytest.raises(Contention):
            self.ask_in(cancel("wallets", reason="ConditionalCheckFailed"), bank, started)

        assert started.effects(read_books(bank.client)) == []
        assert_one_effect(bank, started)

    @pytest.mark.parametrize("flow", [transfer, refused_transfer, posting])
    @pytest.mark.parametrize("reason", ["TransactionConflict", "ConditionalCheckFailed"])
    def test_a_storm_on_the_key_is_processing(self, bank: Bank, flow: Flow, reason: str) -> None:
        started = flow(bank)

        with pytest.raises(Processing):
            self.ask_in(cancel("idempotency", reason=reason), bank, started)

        assert started.effects(read_books(bank.client)) == []
        assert_one_effect(bank, started)

    @pytest.mark.parametrize("flow", [transfer, posting])
    def test_a_storm_of_throttling_is_unavailable(self, bank: Bank, flow: Flow) -> None:
        started = flow(bank)
        throttled = every("TransactWriteItems", answer_with("ThrottlingException"))

        with pytest.raises(StoreUnavailable):
            self.ask_in(throttled, bank, started)

        assert started.effects(read_books(bank.client)) == []
        assert_one_effect(bank, started)

    def test_a_storm_ends_at_the_deadline(self, bank: Bank) -> None:
        started = transfer(bank)
        before_s = self.naps.monotonic()

        with pytest.raises(Contention):
            self.ask_in(cancel("wallets"), bank, started)

        waited_s = self.naps.monotonic() - before_s
        assert COMMIT_DEADLINE_S - 1 < waited_s <= COMMIT_DEADLINE_S

    def test_the_waits_are_not_the_same_for_everybody(self, bank: Bank) -> None:
        started = transfer(bank)

        with pytest.raises(Contention):
            self.ask_in(cancel("wallets"), bank, started)

        assert len(set(self.naps.slept_s)) == len(self.naps.slept_s)

    def test_each_new_decision_is_counted(self, bank: Bank) -> None:
        started = transfer(bank)

        with Wire(bank.client, before=cancel("wallets", times=3)):
            started.ask()

        assert bank.meter.counts["commit_retries"] == 3
        assert bank.meter.counts["commit_conflicts"] == 3


def test_an_error_that_will_not_pass_is_not_called_unavailable(
    dynamodb: "DynamoDBClient",
) -> None:
    started = transfer(Bank(dynamodb))
    denied = first("TransactWriteItems", answer_with("AccessDeniedException"))

    with Wire(dynamodb, before=denied), pytest.raises(dynamodb.exceptions.ClientError):
        started.ask()
