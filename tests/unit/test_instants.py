"""Instants as text: one spelling, and it sorts as time does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from novapay.domain.instants import format_instant, stored_instant


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 4, 7, 10, 1, tzinfo=UTC), "2026-04-07T10:01:00.000000Z"),
        (datetime(2026, 4, 7, 10, 1, 0, 1, tzinfo=UTC), "2026-04-07T10:01:00.000001Z"),
        (
            datetime(2026, 4, 7, 1, tzinfo=timezone(timedelta(hours=2))),
            "2026-04-06T23:00:00.000000Z",
        ),
    ],
)
def test_an_instant_is_printed_in_utc_and_read_back(instant: datetime, text: str) -> None:
    assert format_instant(instant) == text
    assert stored_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-04-07",
        "2026-04-07T10:01:00Z",
        "2026-04-07T10:01:00.000000",
        "2026-04-07T10:01:00.000000+00:00",
        "2026-04-07T12:01:00.000000+02:00",
        "2026-04-07 10:01:00.000000Z",
        "20260407T100100.000000Z",
        "2026-04-07T10:01:00.000000Z\n",
        "2026-02-30T10:01:00.000000Z",
        "now",
    ],
)
def test_a_stored_instant_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        stored_instant(text)
