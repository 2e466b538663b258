"""Times as publishers write them."""

import re
from datetime import UTC, datetime

__all__ = ["read_instant"]

_FORM = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?(?:([Zz])|([+-][0-9]{2}:?[0-9]{2}))?)?"
)
_LEAP_SECOND = "60"
_LENGTH = len("2022-09-05T06:00:00Z")
_SIGNS = "--T::Z"
"""Every third character of that, from the fifth on."""


def read_instant(text: str) -> datetime:
    """Return the time of an RFC 3339 timestamp or an ISO 8601 date, in UTC.

    A time without an offset is in UTC, a date is its midnight. Seconds may be missing, a space may stand for the `T`; a
    leap second is the second before it, and digits after the microseconds are dropped.

    Raises:
        ValueError: it is something else, or no time that exists.
    """
    if text[4::3] == _SIGNS and len(text) == _LENGTH:  # most of them
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # a leap second, or no time: which of them is told below
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError("is not an RFC 3339 time or a date (2022-09-05T06:00:00Z, 2022-09-05)")
    day, minutes, seconds, fraction, _, offset = found.groups()
    if minutes is None:
        return datetime.fromisoformat(f"{day}T00:00:00+00:00")
    if seconds == _LEAP_SECOND:
        seconds, fraction = "59", ".999999"
    moment = datetime.fromisoformat(f"{day}T{minutes}:{seconds or '00'}{fraction or ''}{offset or '+00:00'}")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is out of range") from error
