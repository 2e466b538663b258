"""Unicode's compatibility form (NFKC) of a text, without invisible characters, and the way back to the original."""

import re
from dataclasses import dataclass
from unicodedata import is_normalized, normalize

from wirewatch.text.characters import CONTINUING, INERT, JOINING, STACKED, VANISHING, within_plane_0

__all__ = ["MOST_STACKED", "Normalised", "beyond_ascii", "nearly_normal", "normalise"]

MOST_STACKED = 30
"""Marks one on the other that count, as many as Unicode's stream-safe form has; to put any number in order takes a time
that is quadratic in it. What comes on top of them is as if it were invisible.
"""

_stack = f"(?:[{STACKED}][{VANISHING}]*)"
_TOO_HIGH = re.compile(f"({_stack}{{{MOST_STACKED}}})({_stack}+)")
_MAY_BE_TOO_HIGH = re.compile(f"[{within_plane_0(STACKED + VANISHING)}\U00010000-\U0010ffff]{{{MOST_STACKED + 1}}}")
"""Quick to say no."""
_PIECES = re.compile(f"[{INERT}]+(?![{CONTINUING}])|.[{CONTINUING}]*", re.DOTALL)
_VANISHING = re.compile(f"[{VANISHING}]+")
_JOINING = re.compile(f"[{JOINING}]")
_IDLE = re.compile(f"[{VANISHING}]+(?![{VANISHING}{CONTINUING}])")
_INVISIBLE = "\u034f"
_ASCII = bytes(range(128))


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` and, for each of its characters, the offsets (start, end) in the original it came from.

    `starts` and `ends` are None where the original needed no change: an offset is then itself.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the original that characters `start` to `end` (not empty) of `text` came from."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalise(original: str) -> Normalised:
    """Return `original` in NFKC without invisible characters; linear in its length."""
    if original.isascii():
        return Normalised(original)
    others = beyond_ascii(original)
    text = _lowered(original, others)
    if text is original and is_normalized("NFKC", original) and _VANISHING.search(others) is None:
        return Normalised(original)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECES.finditer(text):
        first, last = piece.span()
        before = piece.group()
        after = _VANISHING.sub("", normalize("NFKC", before))
        parts.append(after)
        if after == before:
            starts.extend(range(first, last))
            ends.extend(range(first + 1, last + 1))
        else:
            starts.extend([first] * len(after))
            ends.extend([last] * len(after))
    return Normalised("".join(parts), starts, ends)


def nearly_normal(original: str) -> str:
    """Return a text in NFKC that `normalise` makes the same of, at once: where no way back is needed, much the quicker.

    Of the invisible characters only those stay that keep others from becoming one. Where normalisation makes so many
    marks of few that some would be too many now, and were not before, it is the original.
    """
    if original.isascii():
        return original
    apart = _JOINING.sub(_INVISIBLE + r"\g<0>", _lowered(original, beyond_ascii(original)))
    normal = _IDLE.sub("", normalize("NFKC", apart))
    return normal if _lowered(normal, beyond_ascii(normal)) == normal else original


def _lowered(text: str, others: str) -> str:
    """Return `text`, with `others` beyond ASCII, and something invisible in place of each mark that is too many."""
    if _MAY_BE_TOO_HIGH.search(others) is None:
        return text
    return _TOO_HIGH.sub(lambda stack: stack[1] + _INVISIBLE * len(stack[2]), text)


def beyond_ascii(text: str) -> str:
    """Return `text` without its ASCII characters: of most news that leaves little to search."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
