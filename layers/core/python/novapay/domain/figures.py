"""Figures of the last day for operators: how often each event happened, by the hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from novapay.domain.fault import Fault

HOURS = 24
PERIOD = timedelta(hours=1)


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
