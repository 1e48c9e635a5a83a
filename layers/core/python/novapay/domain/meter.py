"""The port through which a decision or a commit is counted."""

from typing import Protocol

from novapay.domain.fault import Fault

INVARIANT_VIOLATIONS = "ledger_invariant_violations_total"
"""The metric of every failed integrity check, which the critical alarm watches."""

FAULTS = "ledger_faults"
"""The metric of each broken place, which its dimension `fault` names."""


class Meter(Protocol):
    """Counts events; the names of the metrics are listed in `observability.py`."""

    def count(self, name: str, value: float = 1) -> None:
        """Add `value` to the metric `name` of this invocation."""

    def violation(self, *faults: Fault) -> None:
        """Count one failed integrity check, and name what it found."""
