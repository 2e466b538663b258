"""Reading Retry-After."""

from datetime import UTC, datetime

import pytest

from wirewatch.delivery import parse_retry_after

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("86400", 86_400),
        ("86401", 86_400),
        ("9" * 400, 86_400),
        ("Sun, 01 Mar 2026 12:05:00 GMT", 300),
        ("Sun, 01 Mar 2026 13:05:00 +0100", 300),
        ("Sunday, 01-Mar-26 12:05:00 GMT", 300),
        ("Sun, 01 Mar 2026 12:05:00", 300),
        ("Sun, 01 Mar 2027 12:05:00 GMT", 86_400),
    ],
)
def test_seconds_and_dates_are_read_up_to_a_day(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [None, "", "0", "-5", "1.5", "soon", "٣", "Sun, 01 Mar 2026 11:00:00 GMT", "Sun, 99 Mar 2026 12:00:00 GMT", "1e3"],
)
def test_nonsense_and_the_past_are_ignored(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None
