"""Instants as text: UTC, to the microsecond, always 27 characters, so that they sort."""

from datetime import UTC, datetime, timedelta

CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far apart the clocks of two machines may be; Lambda's are milliseconds apart."""


def lies_ahead(instant: datetime, now: datetime) -> bool:
    """Return whether an instant lies so far ahead of now that no clock of ours can have written it.

    A posting takes the latest instant of its wallets, so one wrong instant would spread.
    """
    return instant > now + CLOCK_TOLERANCE


def format_instant(instant: datetime) -> str:
    """Return an aware instant as `2026-04-07T10:01:00.000000Z`."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def stored_instant(text: str) -> datetime:
    """Return what `format_instant` wrote, and accept no other notation.

    Raises:
        ValueError: the text is not what `format_instant` would write.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or format_instant(instant) != text:
        raise ValueError("not a UTC instant to the microsecond")
    return instant
