"""Many messages read at once, as far as a kernel is sure of what they say."""

from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from wirewatch.article.decode import article_from, described_by
from wirewatch.article.fields import ArticleFields
from wirewatch.article.instant import read_instant
from wirewatch.article.model import Article
from wirewatch.article.skimming.messages import (
    ABSENT,
    COLUMNS,
    DAY,
    FIELDS,
    IS_READ,
    ROOM_BESIDE,
    VALUE_END,
    read_messages,
)
from wirewatch.kernels.addresses import address_of
from wirewatch.kernels.jit import compile_for

__all__ = ["Skimmed", "compile_skimming", "skim"]

_LARGEST = 1 << 20
"""Bytes of a message; of larger ones there are so few that they are not worth the room."""
_LISTS = frozenset(("authors", "countries", "tags"))
_TEXT_COLUMNS = 2 * 2
"""Of title and body: they are the first of the fields."""


class Skimmed:
    """What stands in some messages; each is known by its number among those that were read.

    Attributes:
        places: of each that was read the place that it had among all.
        address: where the texts are in memory, in UTF-8, as long as this is kept.
        texts: of each read where its title and body begin, counted from there, and end; an empty one may be anywhere.
        days: of each its day of publication, as Python's ordinal in UTC, 0 if unknown.
    """

    __slots__ = ("_bytes", "_rows", "address", "days", "places", "texts")

    def __init__(self, room: npt.NDArray[np.uint8], rows: npt.NDArray[np.int64]) -> None:
        read = np.flatnonzero(rows[:, IS_READ])
        self._bytes = room.data
        self._rows = rows if len(read) == len(rows) else rows[read]
        self.places: list[int] = read.tolist()
        self.address = int(room.ctypes.data)
        self.texts = self._rows[:, :_TEXT_COLUMNS]
        self.days = self._rows[:, DAY]

    def __len__(self) -> int:
        return len(self.places)

    def article(self, number: int) -> Article:
        """Return the article of a message that was read, as `decode_article` does."""
        bounds = iter(self._rows[number, : 2 * len(FIELDS)].tolist())
        fields = {
            name: self._value(name, start, end)
            for name, start, end in zip(FIELDS, bounds, bounds, strict=True)
            if start != ABSENT
        }
        return article_from(cast("ArticleFields", fields), controls=False)

    def described(self, names: Iterable[str]) -> list[Article]:
        """Return of each article what is said of it in the fields with these `names`, without id, title and body."""
        columns = [(name, 2 * FIELDS.index(name)) for name in names]
        return [
            described_by(
                cast(
                    "ArticleFields",
                    {
                        name: self._value(name, row[column], row[column + 1])
                        for name, column in columns
                        if row[column] != ABSENT
                    },
                )
            )
            for row in self._rows.tolist()
        ]

    def text(self, start: int, end: int) -> str:
        """Return the text that stands there, counted as `texts` does."""
        return str(self._bytes[start:end], "utf-8")

    def _value(self, name: str, start: int, end: int) -> object:
        text = self.text(start, end)
        if name in _LISTS:
            return text.split(chr(VALUE_END))
        return read_instant(text) if name == "published_at" and text else text or None


def skim(messages: Sequence[bytes | None], *, max_bytes: int) -> Skimmed:
    """Read what is clear among `messages`; all else, and any of over `max_bytes`, is left for `decode_article`."""
    largest = min(max_bytes, _LARGEST)
    # Of anything but bytes themselves nobody knows where their bytes are.
    values = [message if type(message) is bytes and len(message) <= largest else b"" for message in messages]
    sizes = [len(value) for value in values]
    told = np.array([*map(address_of, values), *sizes], np.int64)
    room = np.empty(2 * (sum(sizes) + len(sizes)) + ROOM_BESIDE, np.uint8)
    rows = np.empty((len(values), COLUMNS), np.int64)
    read_messages(told, room, rows)
    return Skimmed(room, rows)


def compile_skimming() -> None:
    """Have the kernel compiled, if no cache on disk has it: three seconds of a processor."""
    compile_for(read_messages, np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros((0, COLUMNS), np.int64))
