"""How a kernel tells the day of a time of publication, in the forms that nearly all have (see `article.instant`)."""

from typing import Any

from wirewatch.kernels.jit import int64, part
from wirewatch.kernels.views import Fixed

__all__ = ["day_of"]

_ZERO, _HYPHEN, _COLON, _T, _Z, _POINT, _PLUS = (ord(mark) for mark in "0-:TZ.+")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_OF = Fixed((0, *_DAYS))
_DAYS_BEFORE = Fixed([0, *(sum(_DAYS[:month]) for month in range(12))])
_LAST_MONTH, _FEBRUARY, _LAST_HOUR, _LAST_MINUTE = 12, 2, 23, 59
_FIRST_YEAR, _LAST_YEAR = 2, 9998
"""With any offset from UTC these are years that Python knows."""
_SIZE_OF_DATE, _SIZE_OF_TIME, _SIZE_OF_OFFSET = len("2022-09-05"), len("2022-09-05T06:00:00"), len("+00:00")
_MINUTES = 24 * 60
_UNCLEAR = -1


@part
def _two(room: Any, index: int) -> int:
    """Return the number of two digits there; a negative one if they are none."""
    tens, ones = room[index] - _ZERO, room[index + 1] - _ZERO
    if tens < 0 or tens > 9 or ones < 0 or ones > 9:  # noqa: PLR2004 - a digit
        return _UNCLEAR
    return int64(10 * tens + ones)


@part
def _date(room: Any, index: int) -> int:
    """Return the date there as Python's ordinal; a negative number if there is none, or it is unclear."""
    century, of_century = _two(room, index), _two(room, index + 2)
    month, day = _two(room, index + 5), _two(room, index + 8)
    year = 100 * century + of_century
    if century < 0 or of_century < 0 or year < _FIRST_YEAR or year > _LAST_YEAR:
        return _UNCLEAR
    if room[index + 4] != _HYPHEN or room[index + 7] != _HYPHEN or month < 1 or month > _LAST_MONTH or day < 1:
        return _UNCLEAR
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _DAYS_OF[month] + int(is_leap and month == _FEBRUARY):
        return _UNCLEAR
    before = year - 1
    days = 365 * before + before // 4 - before // 100 + before // 400
    return days + _DAYS_BEFORE[month] + int(is_leap and month > _FEBRUARY) + day


@part
def _minutes(room: Any, index: int) -> int:
    """Return the minutes of the hours and minutes there; a negative number if there are none."""
    hours, minutes = _two(room, index), _two(room, index + 3)
    if room[index + 2] != _COLON or hours < 0 or hours > _LAST_HOUR or minutes < 0 or minutes > _LAST_MINUTE:
        return _UNCLEAR
    return 60 * hours + minutes


@part
def day_of(room: Any, first: int, last: int) -> int:
    """Return the day, in UTC, of the time there, as Python's ordinal; a negative number if it is unclear."""
    size = last - first
    if size < _SIZE_OF_DATE:
        return _UNCLEAR
    day = _date(room, first)
    if size == _SIZE_OF_DATE or day < 0:
        return day
    if size < _SIZE_OF_TIME or room[first + _SIZE_OF_DATE] != _T:
        return _UNCLEAR
    minutes, seconds = _minutes(room, first + _SIZE_OF_DATE + 1), _two(room, first + _SIZE_OF_TIME - 2)
    if minutes < 0 or room[first + _SIZE_OF_TIME - 3] != _COLON or seconds < 0 or seconds > _LAST_MINUTE:
        return _UNCLEAR
    index = first + _SIZE_OF_TIME
    if room[index] == _POINT:
        index += 1
        if room[index] < _ZERO or room[index] > _ZERO + 9:
            return _UNCLEAR
        while room[index] >= _ZERO and room[index] <= _ZERO + 9:
            index += 1
    if index == last or (room[index] == _Z and index + 1 == last):
        return day
    offset = _minutes(room, index + 1)
    if index + _SIZE_OF_OFFSET != last or offset < 0 or (room[index] != _PLUS and room[index] != _HYPHEN):
        return _UNCLEAR
    minutes += offset if room[index] == _HYPHEN else -offset
    return day - 1 if minutes < 0 else day + 1 if minutes >= _MINUTES else day
