"""Instants as text: UTC, to the microsecond, always 27 characters, so that they sort."""

from datetime import UTC, datetime


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
