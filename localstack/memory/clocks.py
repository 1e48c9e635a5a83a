"""Time that passes only when a test says so."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Stands still; `advance` moves it."""

    def __init__(self, start: datetime = datetime(2026, 4, 7, 10, 0, tzinfo=UTC)) -> None:
        self.instant = start

    def now(self) -> datetime:
        return self.instant

    def advance(self, by: timedelta) -> None:
        self.instant += by


class Naps:
    """Waiting without waiting: `sleep` moves `monotonic` on by as much and returns at once."""

    def __init__(self) -> None:
        self.slept_s: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)

    def monotonic(self) -> float:
        return sum(self.slept_s)
