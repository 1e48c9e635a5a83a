"""The process dies before and after every single AWS call of every flow; then the client retries.

There must be exactly one effect, whatever the instant. The calls are counted, so none is missed.
"""

from dataclasses import replace

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.wire import ProcessDied, Wire, at, die
from tests.support.flows import FLOWS, Flow, Started


def calls_of(flow: Flow) -> int:
    """Return how many AWS calls a flow makes when nothing goes wrong."""
    with dynamodb_in_memory() as client:
        started = flow(Bank(client))
        with Wire(client) as wire:
            started.ask()
        return len(wire.calls)


def assert_one_effect(bank: Bank, started: Started) -> None:
    """Ask again, twice: the first settles it, the second is told the same."""
    told = started.ask()
    again = started.ask()

    books = read_books(bank.client)
    books.assert_sound()
    assert told.code == started.code
    assert again == replace(told, replayed=True)
    assert len(started.effects(books)) == 1


@pytest.mark.parametrize("flow", FLOWS)
def test_a_crash_before_any_call_is_made_good_by_a_retry(flow: Flow) -> None:
    for number in range(1, calls_of(flow) + 1):
        with dynamodb_in_memory() as client:
            bank = Bank(client)
            started = flow(bank)

            with Wire(client, before=at(number, die)), pytest.raises(ProcessDied):
                started.ask()

            assert started.effects(read_books(client)) == []
            assert_one_effect(bank, started)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_crash_after_any_call_is_made_good_by_a_retry(flow: Flow) -> None:
    calls = calls_of(flow)
    for number in range(1, calls + 1):
        with dynamodb_in_memory() as client:
            bank = Bank(client)
            started = flow(bank)

            with Wire(client, after=at(number, die)), pytest.raises(ProcessDied):
                started.ask()

            # The last call is the commit: before it there is nothing, after it there is all.
            assert len(started.effects(read_books(client))) == (number == calls)
            assert_one_effect(bank, started)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_replay_that_dies_changes_nothing(flow: Flow) -> None:
    with dynamodb_in_memory() as client:
        bank = Bank(client)
        started = flow(bank)
        told = started.ask()

        with Wire(client, after=at(1, die)) as wire, pytest.raises(ProcessDied):
            started.ask()

        assert wire.operations == ["BatchGetItem"]
        assert started.ask() == replace(told, replayed=True)
        assert_one_effect(bank, started)
