"""Splits a stream of JSON into its values without reading it whole: a list of any length, or object after object.

Only brackets and strings are looked at; whether a value is JSON is for its reader to say.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["JsonValue", "split_values"]

_STRUCTURE = re.compile(rb'["{}\[\],]')
_IN_STRING = re.compile(rb'["\\\n]')


@dataclass(frozen=True, slots=True)
class JsonValue:
    """One value: its bytes, and the line that it begins on.

    `raw` holds no more than `max_bytes` + 1 bytes of a value of `size` bytes; `is_whole` is False for what the end of
    the stream cut short.
    """

    raw: bytes
    line: int
    size: int
    is_whole: bool = True


def split_values(chunks: Iterable[bytes], *, in_list: bool, line: int, max_bytes: int) -> Iterator[JsonValue]:
    """Return the values in `chunks`, the first of which is on line `line`.

    `in_list`: the stream is what follows the `[` of a list, and what comes after its `]` is one more value if it is not
    blank. A list without its end has a last value that is not whole.
    """
    splitter = _Splitter(in_list=in_list, line=line, max_bytes=max_bytes)
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.finish()


class _Splitter:
    """Where in the stream we are: how deep, in a string or not, and what was read of the value so far."""

    def __init__(self, *, in_list: bool, line: int, max_bytes: int) -> None:
        self._in_list = in_list
        self._max_bytes = max_bytes
        self._line = line
        self._depth = 0
        self._in_string = False
        self._after_backslash = False
        self._read = bytearray()
        self._size = 0
        self._lines_read = 0

    def feed(self, chunk: bytes) -> Iterator[JsonValue]:
        """Return the values that end in `chunk`."""
        kept = 0
        position = 1 if self._after_backslash and chunk else 0
        self._after_backslash = self._after_backslash and not chunk
        while found := (_IN_STRING if self._in_string else _STRUCTURE).search(chunk, position):
            position = found.end()
            before, after = self._ends(found[0])
            if found[0] == b"\\" and self._in_string:
                self._after_backslash = position == len(chunk)
                position += 1
            elif before or after:
                self._keep(chunk[kept : found.start() if before else position])
                kept = position
                yield from self._value()
                self._line += chunk.count(b"\n", found.start(), position) if before else 0
        self._keep(chunk[kept:])

    def finish(self) -> Iterator[JsonValue]:
        """Return what is left."""
        yield from self._value(is_whole=not self._in_list and self._depth == 0 and not self._in_string)

    def _ends(self, token: bytes) -> tuple[bool, bool]:
        """Take note of `token`; tell whether a value ends before or after it."""
        if self._in_string:
            if token == b"\\":
                return False, False
            self._in_string = False
            if token == b"\n":  # no JSON string goes on to the next line: start anew there
                self._depth = 0
                return True, False
            return False, False
        if token == b'"':
            self._in_string = True
        elif token in b"{[":
            self._depth += 1
        elif token in b"}]":
            return self._closes(token)
        elif self._depth == 0 and self._in_list:
            return True, False
        return False, False

    def _closes(self, token: bytes) -> tuple[bool, bool]:
        if self._depth:
            self._depth -= 1
            return False, self._depth == 0 and not self._in_list
        if self._in_list and token == b"]":
            self._in_list = False
            return True, False
        return False, True

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        self._lines_read += piece.count(b"\n")
        room = self._max_bytes + 1 - len(self._read)
        if room > 0:
            if not self._read:
                piece = self._from_its_beginning(piece)
            self._read += piece[:room]

    def _from_its_beginning(self, piece: bytes) -> bytes:
        """Drop the white space before a value, so that it begins on the line where it stands."""
        begun = piece.lstrip()
        blank = len(piece) - len(begun)
        newlines = piece.count(b"\n", 0, blank)
        self._line += newlines
        self._lines_read -= newlines
        self._size -= blank
        return begun

    def _value(self, *, is_whole: bool = True) -> Iterator[JsonValue]:
        raw = bytes(self._read).rstrip()
        if raw or not is_whole:
            yield JsonValue(raw, self._line, max(self._size, len(raw)), is_whole)
        self._line += self._lines_read
        self._read.clear()
        self._size = self._lines_read = 0
