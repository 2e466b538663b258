"""Keeping a library from saying the same thing hundreds of times a second, as Kafka's client does without a broker."""

import logging
from collections.abc import Callable

__all__ = ["Damper"]

_MOST_KINDS = 1_000


class Damper(logging.Filter):
    """Lets a message of one kind through once in `quiet_seconds`; the next one says how many were left out.

    A kind is what `library` (the name of its topmost logger) writes at one place of its code, whatever the values in
    it. Others' messages, and those with a traceback, always pass. `clock` is monotonic, in seconds.
    """

    def __init__(self, library: str, *, quiet_seconds: float, clock: Callable[[], float]) -> None:
        super().__init__()
        self._library = library
        self._quiet_seconds = quiet_seconds
        self._clock = clock
        self._said: dict[tuple[str, str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is to be written."""
        if record.name.partition(".")[0] != self._library or record.exc_info:
            return True
        kind = (record.name, record.pathname, record.lineno)
        now = self._clock()
        said_at, left_out = self._said.get(kind, (float("-inf"), 0))
        if now - said_at < self._quiet_seconds:
            self._said[kind] = (said_at, left_out + 1)
            return False
        if len(self._said) >= _MOST_KINDS:
            self._said.clear()
        self._said[kind] = (now, 0)
        if left_out:
            record.msg = f"{record.getMessage()} ({left_out} more like it since the last one)"
            record.args = ()
        return True
