"""Many at one moment, and what each of them does until it is told what has become of its wish."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from localstack.memory.wire import FaultOf, first
from novapay.domain.errors import Contention, Processing

T = TypeVar("T")

GATHER_TIMEOUT_S = 60
TRIES_MAX = 50


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make all calls at the same moment, each in a thread of its own; return what each returned."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        gate.wait(GATHER_TIMEOUT_S)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def until_decided(call: Callable[[], T]) -> T:
    """Ask again under the same key for as long as the answer is to do so, as a client does."""
    for _ in range(TRIES_MAX - 1):
        try:
            return call()
        except (Contention, Processing):
            continue
    return call()


def all_decide_before_one_commits(rivals: int) -> FaultOf:
    """Return what breaks nothing: the first commits wait until each rival has come to its own.

    All of them have read the same then, so that all but one must decide again.
    """
    gate = Barrier(rivals)

    def wait() -> None:
        gate.wait(GATHER_TIMEOUT_S)

    return first("TransactWriteItems", wait, times=rivals)
