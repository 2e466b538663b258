"""Reading `Retry-After`, which a receiver sends to say when it wants to be asked again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["RETRY_AFTER_CAP_SECONDS", "parse_retry_after"]

RETRY_AFTER_CAP_SECONDS = 86_400.0
_MAX_DIGITS = 18


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds from `now` that `value` asks for: digits or an HTTP date (RFC 9110, 10.2.3).

    None for what is neither, or a date gone by. At most a day: a longer wait is more likely a mistake.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:_MAX_DIGITS])
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, IndexError, TypeError, OverflowError):
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return min(seconds, RETRY_AFTER_CAP_SECONDS) if seconds > 0 else None
