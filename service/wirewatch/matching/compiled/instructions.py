"""The instructions of programs.

An instruction is `[operation, number of arguments, to if yes, to if no, argument, …]`. A jump is counted from the
instruction's own first number; ACCEPT, REJECT and ASK end the program. ASK says that the kernel can't tell: somebody
who knows the whole language has to.
"""

from enum import IntEnum
from typing import NamedTuple

__all__ = ["ACCEPT", "ASK", "HEAD", "REJECT", "Operation", "Program", "Zone", "put_before"]

ACCEPT, REJECT, ASK = 0, -1, -2
HEAD = 4


class Operation(IntEnum):
    """What an instruction tests; its arguments.

    ANY_KEY, ALL_KEYS: keys. ANY_PHRASE: zone, phrases. AT_LEAST: zone, count, phrases.
    NEAR: zone, distance, whether ordered, numbers that the left phrases take, phrases.
    COMPARE: whether words (or the day), comparison, value.
    ARRANGED: zone, count, number of groups, of each group: words of each phrase, numbers that the phrases take,
    phrases; the code of an arrangement (see `arrangements`).
    UNITS: none; it is a test that sentences, paragraphs and the lead are known, without which judging stops.

    A phrase is two numbers: its own (for a word alone `-1 - key`), and the key in it that the fewest articles have.
    """

    ANY_KEY = 0
    ALL_KEYS = 1
    ANY_PHRASE = 2
    NEAR = 3
    AT_LEAST = 4
    COMPARE = 5
    ARRANGED = 6
    UNITS = 7


class Zone(IntEnum):
    """Where a phrase is looked for."""

    TEXT = 0
    TITLE = 1
    BODY = 2
    SOURCE = 3
    URL = 4
    AUTHOR = 5
    LEAD = 6


class Program(NamedTuple):
    """`code` to decide with; options: several ways to say what an article needs for a query to have a chance.

    An option is some elements: of an article that matches, one of them holds. An element is some keys: an article for
    which it holds has all of them. `options` has the number of elements of each, `elements` the number of keys of each
    of those, and `keys` has the keys. `sources` says for each option which term of the query it is from: those of one
    phrase say little about each other.
    """

    code: list[int]
    options: list[int]
    sources: list[int]
    elements: list[int]
    keys: list[int]


def put_before(backwards: list[int], operation: int, arguments: list[int], yes: int, no: int) -> int:
    """Put an instruction before what is there, with where to go after it, and return its place.

    Programs are written from their end to their beginning, so that where a jump goes is known; so are the numbers in
    `backwards`, and places count from the end.
    """
    backwards += reversed(arguments)
    place = len(backwards) + HEAD
    backwards += (place - no if no > 0 else no, place - yes if yes > 0 else yes, len(arguments), operation)
    return place
