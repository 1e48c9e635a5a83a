"""Compares our clock with DynamoDB's: every answer of DynamoDB has a Date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

DATE_RESOLUTION = timedelta(seconds=1)
"""A Date leaves out the fractions of its second."""

NO_OFFSET = timedelta()


def date_of(response: Mapping[str, Any]) -> datetime | None:
    """Return the Date of an answer, or None if it has none: emulators need not send one."""
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return None if date.tzinfo is None else date


def offset_of(date: datetime, *, sent_at: datetime, received_at: datetime) -> timedelta:
    """Return by how much our clock is surely ahead, or, below zero, behind.

    The answer was dated at some instant between our sending and our receiving, and within the
    second after its Date: what those leave open counts as no offset.
    """
    if sent_at > date + DATE_RESOLUTION:
        return sent_at - date - DATE_RESOLUTION
    return min(received_at - date, NO_OFFSET)


@dataclass(slots=True)
class ClockOffset:
    """By how much our clock was off at the last answer; nothing where that had no Date."""

    value: timedelta = NO_OFFSET
