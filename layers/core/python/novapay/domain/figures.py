"""Figures of the last day for operators: how often each event happened, by the hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from novapay.domain.errors import Refusal, UnbalancedPosting
from novapay.domain.fault import Fault
from novapay.domain.meter import INVARIANT_VIOLATIONS

HOURS = 24
PERIOD = timedelta(hours=1)

SERVICES_OF: Mapping[str, tuple[str, ...]] = {
    "transfers_completed": ("transactions",),
    "fx_transfers_completed": ("transactions",),
    "transfers_refused": ("transactions",),
    "replays": ("accounts", "transactions", "ledger", "payroll"),
    "payroll_items_paid": ("payroll",),
    "payroll_items_failed": ("payroll",),
    INVARIANT_VIOLATIONS: (
        "accounts",
        "transactions",
        "ledger",
        "payroll",
        "admin",
        "operations",
    ),
    **{refusal.metric(): ("transactions",) for refusal in Refusal.__subclasses__()},
    UnbalancedPosting.metric(): ("ledger",),
}
"""The metric of each figure, and the services that count it; their counts are added up."""


@dataclass(frozen=True, slots=True)
class Window:
    """A range of whole hours; the last one is the hour that is not over yet."""

    since: datetime
    until: datetime

    @classmethod
    def last_day(cls, now: datetime) -> Self:
        """Return the hour of `now` and the 23 before it."""
        this_hour = now.replace(minute=0, second=0, microsecond=0)
        return cls(this_hour - (HOURS - 1) * PERIOD, this_hour + PERIOD)

    def hour_of(self, instant: datetime) -> int:
        """Return the index of the hour that an instant is in, from 0."""
        return (instant - self.since) // PERIOD


@dataclass(frozen=True, slots=True)
class Figure:
    """How often something happened in each hour of a window."""

    name: str
    hourly: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.hourly)


@dataclass(frozen=True, slots=True)
class FigureReport:
    """All figures of one window, and the faults that checks met in it, each once."""

    window: Window
    figures: tuple[Figure, ...]
    faults: tuple[Fault, ...]
