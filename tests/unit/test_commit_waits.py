"""How long a commit waits before it decides again: few at a time, and the oldest first."""

import random
from collections.abc import Callable

import pytest

from novapay.store import client, commit
from novapay.store.client import CHANCE
from novapay.store.commit import COMMIT_DEADLINE_S


@pytest.fixture
def longest_wait_s(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, float], float]:
    """Return what tells the longest wait that chance could bring."""
    monkeypatch.setattr(CHANCE, "uniform", lambda _shortest, longest: longest)
    return commit._wait_s


def test_the_first_wait_is_short_and_the_next_ones_grow_fast(
    longest_wait_s: Callable[[int, float], float],
) -> None:
    waits = [longest_wait_s(attempt, COMMIT_DEADLINE_S) for attempt in range(5)]

    assert waits == pytest.approx([0.1, 0.4, 1.6, 3.0, 3.0])


def test_who_has_waited_longer_waits_less(longest_wait_s: Callable[[int, float], float]) -> None:
    waits = [longest_wait_s(9, left * COMMIT_DEADLINE_S) for left in (1, 0.5, 0.125, 0.01, 0)]

    assert waits == pytest.approx([3.0, 1.5, 0.375, 0.05, 0.05])


def test_a_thousand_attempts_are_no_harder_to_reckon_than_one(
    longest_wait_s: Callable[[int, float], float],
) -> None:
    assert longest_wait_s(1000, COMMIT_DEADLINE_S) == pytest.approx(3.0)


def test_a_wait_is_anything_from_nothing_to_the_longest() -> None:
    waits = [commit._wait_s(3, COMMIT_DEADLINE_S) for _ in range(200)]

    assert 0 <= min(waits) < 0.6
    assert 2.4 < max(waits) <= 3.0


@pytest.mark.parametrize(
    "wait_s", [lambda: commit._wait_s(3, COMMIT_DEADLINE_S), lambda: client.pause_s(3)]
)
def test_functions_that_start_from_one_snapshot_do_not_wait_alike(
    wait_s: Callable[[], float],
) -> None:
    snapshot = random.getstate()
    first = [wait_s() for _ in range(5)]

    random.setstate(snapshot)

    assert [wait_s() for _ in range(5)] != first
