"""The port through which a decision or a commit is counted."""

from typing import Protocol


class Meter(Protocol):
    """Counts what happened; the names are listed in `observability.py`."""

    def count(self, name: str, value: float = 1) -> None:
        """Add `value` to the metric `name` of this invocation."""
