"""Locks that live exactly as long as the process that holds them, whatever ends it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def try_lock(file: TextIO) -> bool:
    """Promise the exclusive lock on an open file, or False at once if somebody has it.

    The lock belongs to the open file: a child process that inherits it keeps it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def waiting_lock(path: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold `path` exclusively; `on_wait` is called if somebody else has to finish first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if not try_lock(file):
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
