"""The port through which a decision or a commit is counted."""

from typing import Protocol

INVARIANT_VIOLATIONS = "ledger_invariant_violations_total"
"""The metric of every failed integrity check, which the critical alarm watches."""


class Meter(Protocol):
    """Counts events; the names of the metrics are listed in `observability.py`."""

    def count(self, name: str, value: float = 1) -> None:
        """Add `value` to the metric `name` of this invocation."""
