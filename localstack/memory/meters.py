"""A meter that remembers what was counted."""

from collections import Counter

from novapay.domain.fault import Fault
from novapay.domain.meter import INVARIANT_VIOLATIONS
from novapay.observability import METRICS


class RecordingMeter:
    """Counts into `counts`, and knows the same names as the real meter."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []

    def count(self, name: str, value: float = 1) -> None:
        assert name in METRICS, f"{name} is not a metric"
        self.counts[name] += value  # type: ignore[assignment]  # a latency is not whole

    def violation(self, *faults: Fault) -> None:
        self.count(INVARIANT_VIOLATIONS)
        self.faults += faults
