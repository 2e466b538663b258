"""The instructions of programs.

An instruction is `[operation, number of arguments, to if yes, to if no, argument, …]`. A jump is counted from the
instruction's own first number; ACCEPT, REJECT and ASK end the program. ASK says that the kernel can't tell: somebody
who knows the whole language has to.
"""

from enum import IntEnum

__all__ = ["ACCEPT", "ASK", "HEAD", "REJECT", "Operation", "Zone"]

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
