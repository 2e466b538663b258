"""The kernel that decides a run of articles: Python is asked for help where it is needed, not once for each.

Each article has an order, numbers that follow those of the one before: how many zones it has, its day of publication
as an ordinal (0 if unknown), how many facts, and those. After all orders come the addresses of all zones' texts, then
their sizes (see `addresses`).
"""

from typing import Any

from wirewatch.kernels.jit import jit, part
from wirewatch.kernels.views import row_from, row_of
from wirewatch.matching.compiled.judging import NEEDS_UNITS, OPEN_BITS, judge
from wirewatch.matching.compiled.outlining import ZONE_END
from wirewatch.matching.compiled.pieces import forget_pieces
from wirewatch.matching.compiled.reading import read
from wirewatch.matching.compiled.splitting import split
from wirewatch.matching.compiled.tables import Desk, State, desk_at
from wirewatch.matching.compiled.transcoding import most_bytes, put_utf8

__all__ = [
    "HEAD",
    "JUDGE",
    "NEEDS_UNITS",
    "ORDER",
    "READ",
    "SPLIT",
    "START",
    "TOO_LARGE",
    "UNREAD",
    "decide",
]

START, SPLIT, READ, JUDGE = 0, 1, 2, 3
UNREAD, NO_ROOM = -1, -2
"""Why a run is not at its end: an article could not be read, see `reading.read`; there is no room for answers."""
TOO_LARGE = -4
"""The same: an article has more bytes, or zones, than there is room for; its size is in `state[SIZE]`."""
ORDER = 3
"""Numbers of an order before its facts."""
HEAD = 4
"""Numbers of an article and a part of the index of which rules match: those two, how many match, how many may."""

_BEFORE_FACTS = ORDER - 1
_SIZE, _ENTRIES = State.SIZE, State.ENTRIES
_ARTICLE, _ORDER, _TEXT = State.ARTICLE, State.ORDER, State.TEXT
_HEADS, _ANSWERS, _LARGEST, _MOST_ZONES = State.HEADS, State.ANSWERS, State.LARGEST, State.MOST_ZONES
_CERTAIN = (1 << OPEN_BITS) - 1


@part
def _split_zones(addresses: Any, sizes: Any, zones: int, desk: Desk) -> bool:
    """Have the next zones as UTF-8, each with a mark after it, and split them; return False where there is no room."""
    text, state = desk.space.text, desk.space.state
    first = state[_TEXT]
    most = zones
    for zone in range(first, first + zones):
        most += most_bytes(sizes[zone])
    state[_SIZE] = most
    if most > state[_LARGEST] or zones > state[_MOST_ZONES]:
        return False
    forget_pieces(desk)
    place = number = 0
    for zone in range(first, first + zones):
        end = put_utf8(addresses[zone], sizes[zone], text, place)
        text[end] = ZONE_END
        number = split(text, place, end, number, desk)
        place = end + 1
    state[_ENTRIES] = number
    state[_SIZE] = place
    return True


@part
def _answer(article: int, part_number: int, count: int, heads: int, answers: int, desk: Desk) -> bool:
    """Put what `judge` found of an article after so many heads and answers; return False where there is no room."""
    space = desk.space
    matched, to, head = space.matched, space.answers, space.heads
    certain, is_open = count & _CERTAIN, count >> OPEN_BITS
    if answers + certain + is_open > len(to) or HEAD * (heads + 1) > len(head):
        return False
    place = HEAD * heads
    head[place], head[place + 1], head[place + 2], head[place + 3] = article, part_number, certain, is_open
    for index in range(certain):
        to[answers + index] = matched[index]
    for index in range(is_open):
        to[answers + certain + index] = matched[len(matched) - is_open + index]
    return True


@jit
def decide(orders: Any, texts: int, begin: int, spill: Any, desks: Any) -> int:
    """Decide a run of articles with so many texts, at desks that are pinned there; return 0 at its end.

    There is a desk for each part of the index.

    What matches is in `space.answers`, of each article and part with any first the rules that match, then those to ask
    somebody else about; `space.heads` has HEAD numbers about each.

    With START the run begins; else it goes on with the article at which it came to a halt, of which something has been
    done already: nothing (SPLIT), the splitting (READ), or the reading too (JUDGE). If `spill` is not empty, it is what
    `read` needs for this one.
    """
    orders, desks, spilled = row_of(orders), row_of(desks), row_of(spill)
    orders_end = len(orders) - 2 * texts
    addresses, sizes = row_from(orders, orders_end), row_from(orders, orders_end + texts)
    desk = desk_at(desks[0])
    state = desk.space.state
    if begin == START:
        state[_ARTICLE] = state[_ORDER] = state[_TEXT] = state[_HEADS] = state[_ANSWERS] = 0
        begin = SPLIT
    while state[_ORDER] < orders_end:
        facts_at = state[_ORDER] + _BEFORE_FACTS
        zones, day = orders[facts_at - 2], orders[facts_at - 1]
        if begin == SPLIT and not _split_zones(addresses, sizes, zones, desk):
            return TOO_LARGE
        spilled_until = len(spilled)
        if spilled_until == 0:
            spilled = row_from(orders, facts_at)
            spilled_until = 1 + spilled[0]
        if begin != JUDGE and not read(spilled, spilled_until, desk):
            return UNREAD
        heads, answers = state[_HEADS], state[_ANSWERS]
        for number in range(len(desks)):
            part_desk = desk_at(desks[number])
            count = judge(day, zones, part_desk)
            if count == NEEDS_UNITS:
                return NEEDS_UNITS
            if count != 0:
                if not _answer(state[_ARTICLE], number, count, heads, answers, part_desk):
                    return NO_ROOM
                heads += 1
                answers += (count & _CERTAIN) + (count >> OPEN_BITS)
        state[_HEADS], state[_ANSWERS] = heads, answers
        state[_ARTICLE] += 1
        state[_ORDER] = facts_at + 1 + orders[facts_at]
        state[_TEXT] += zones
        spilled = row_from(orders, len(orders))
        begin = SPLIT
    return 0
