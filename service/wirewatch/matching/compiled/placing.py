"""Where the leaves of an arrangement stand so that all is met that is asked of them: a part of the kernel that decides.

`arrangements` says what is asked, and why it is enough to move on.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import part
from wirewatch.matching.compiled.arrangements import APART, BEFORE, CLOSE, GROUPS, LEAVES, SENTENCE
from wirewatch.matching.compiled.spans import begins_of, mark
from wirewatch.matching.compiled.tables import Desk

__all__ = ["matches_apart"]

_CHOSEN = GROUPS
_LEFT = GROUPS + LEAVES
_TRIES = _LEFT + LEAVES
_PATIENCE = 24_000_000
"""Numbers of constraints that are looked at for one rule; an article that takes more was not written to be read."""
_FIRST_PART = 4_096
"""Positions of the first part of a text."""


@part
def matches_apart(first: int, low: int, high: int, enough: int, desk: Desk) -> bool:
    """Say whether `enough` matches of the arrangement at `code[first]` don't overlap, between `low` and `high`.

    As in `spans.apart`: the first to end, the first to end of those after it, and so on. `spots` has for each group the
    number of its words, 0 where it does not stand; for each leaf the group that is tried; how much may still be looked
    at; and for all that is tried, one after the other, the place of each leaf: a negative one for the first leaf where
    there is no answer any more.

    All is tried in a part of the text before anything is in the next, so that what comes early is found early.
    """
    space = desk.space
    code, spots = desk.tables.code, space.spots
    groups = code[first]
    place = first + 1
    for group in range(groups):
        end = place + 2 + code[place + 1]
        stands = mark(place + 2, end, low, high, group, desk)
        spots[group] = code[place] if stands else 0
        place = end
    for spot in range(_TRIES, _TRIES + LEAVES * code[place]):
        spots[spot] = 0
    spots[_LEFT] = _PATIENCE
    begin, number, limit = 0, 0, _FIRST_PART
    while number < enough:
        end = _earliest(place + 1, begin, limit, enough, low, high - low, desk)
        if end >= 0 and (end < limit or limit >= high - low):
            begin = end + 1
            number += 1
        elif limit >= high - low:
            return False
        else:
            limit *= 4
    return True


@part
def _earliest(
    place: int,
    begin: int,
    limit: int,
    enough: int,
    low: int,
    places: int,
    desk: Desk,
) -> int:
    """Return where the first to end of the matches ends that begin at `begin` or after; -1 if there is none.

    Only those are looked for whose words begin before `limit`. Where one is `enough`, any will do.
    """
    code = desk.tables.code
    earliest = -1
    tries = _TRIES
    ways = code[place]
    place += 1
    for _ in range(ways):
        leaves = place + 3
        constraints = leaves + 3 * code[place]
        first = constraints + 4 * code[place + 1]
        place = first + code[place + 2]
        is_there = _choose(leaves, constraints, desk)
        while is_there:
            for order in range(first, place):
                spot = tries + LEAVES * (order - first)
                end = _answer(spot, code[order], begin, limit, low, places, leaves, constraints, first, desk)
                if end < 0 and code[order] < 0:
                    break
                if end >= 0 and code[order] >= 0 and (earliest < 0 or end < earliest):
                    earliest = end
                    if enough == 1:
                        return earliest
            tries += LEAVES * (place - first)
            is_there = _choose_next(leaves, constraints, desk)
    return earliest


@part
def _standing(group: int, last: int, spots: Any) -> int:
    """Return the first group from `group` on, before `last`, that stands somewhere; `last` if none does."""
    while group < last and spots[group] == 0:
        group += 1
    return group


@part
def _choose(leaves: int, constraints: int, desk: Desk) -> bool:
    """Choose the first group of each leaf that stands somewhere; say whether each has one."""
    code, spots = desk.tables.code, desk.space.spots
    for leaf in range(leaves, constraints, 3):
        group = _standing(code[leaf + 1], code[leaf + 2], spots)
        if group == code[leaf + 2]:
            return False
        spots[_CHOSEN + code[leaf]] = group
    return True


@part
def _choose_next(leaves: int, constraints: int, desk: Desk) -> bool:
    """Choose groups that were not chosen together before; say whether there are such."""
    code, spots = desk.tables.code, desk.space.spots
    for leaf in range(leaves, constraints, 3):
        chosen = _CHOSEN + code[leaf]
        group = _standing(spots[chosen] + 1, code[leaf + 2], spots)
        if group < code[leaf + 2]:
            spots[chosen] = group
            return True
        spots[chosen] = _standing(code[leaf + 1], code[leaf + 2], spots)
    return False


@part
def _next(group: int, at: int, places: int, desk: Desk) -> int:
    """Return the first place from `at` on where the group stands, -1 if there is none."""
    begins = begins_of(group, desk)
    last = places >> 6
    word = at >> 6
    if word > last:
        return -1
    bits = begins[word] >> np.uint64(at & 63)
    while bits == 0:
        word += 1
        if word > last:
            return -1
        bits = begins[word]
        at = word << 6
    while bits & np.uint64(1) == 0:
        bits >>= np.uint64(1)
        at += 1
    return at


@part
def _too_early(index: int, is_turned: bool, spot: int, low: int, desk: Desk) -> tuple[int, int]:
    """Return which leaf has to be further on for the constraint at `index` to be met, and how far; -1 if it is met."""
    code, spots, units = desk.tables.code, desk.space.spots, desk.space.units
    kind, one, other = code[index], code[index + 1], code[index + 2]
    if is_turned:
        one, other = other, one
    at_one, at_other = spots[spot + one], spots[spot + other]
    end_one = at_one + spots[spots[_CHOSEN + one]]
    if kind == CLOSE:
        most = code[index + 3]
        end_other = at_other + spots[spots[_CHOSEN + other]]
        if at_other - end_one > most:
            return one, at_one + at_other - end_one - most
        if at_one - end_other > most:
            return other, at_other + at_one - end_other - most
    elif kind in (BEFORE, APART):
        if at_other < end_one:
            return other, end_one
    else:
        if one == other:
            at_other = end_one - 1
        first = low + (len(units) // 2 if kind != SENTENCE else 0)
        in_one, in_other = units[first + at_one], units[first + at_other]
        if in_one < in_other:
            return one, at_one + 1
        if in_one > in_other:
            return other, at_other + 1
    return -1, 0


@part
def _answer(
    spot: int,
    orders: int,
    begin: int,
    limit: int,
    low: int,
    places: int,
    leaves: int,
    constraints: int,
    after: int,
    desk: Desk,
) -> int:
    """Move the places at `spot` on to the first answer that begins at `begin` or after; return its end, -1 without one.

    That is also returned when a place is at `limit` or after. See `Arrangement` for `orders`.
    """
    code, spots = desk.tables.code, desk.space.spots
    is_over = spot + code[leaves]
    if spots[is_over] < 0 or spots[_LEFT] < 0:
        return -1
    for index in range(leaves, constraints, 3):
        leaf = code[index]
        if not _move(spot, leaf, max(begin, spots[spot + leaf]), limit, places, is_over, desk):
            return -1
    is_met = False
    while not is_met:
        is_met = True
        spots[_LEFT] -= after - constraints
        if spots[_LEFT] < 0:
            return -1
        order = 0
        for index in range(constraints, after, 4):
            is_turned = False
            if code[index] == APART:
                if orders < 0:
                    continue
                is_turned = (orders >> order) & 1 != 0
                order += 1
            leaf, to = _too_early(index, is_turned, spot, low, desk)
            if leaf >= 0:
                if not _move(spot, leaf, to, limit, places, is_over, desk):
                    return -1
                is_met = False
    end = 0
    for index in range(leaves, constraints, 3):
        leaf = code[index]
        end = max(end, spots[spot + leaf] + spots[spots[_CHOSEN + leaf]] - 1)
    return end


@part
def _move(spot: int, leaf: int, to: int, limit: int, places: int, is_over: int, desk: Desk) -> bool:
    """Move a leaf on to its first place from `to` on; say whether there is one before `limit`."""
    spots = desk.space.spots
    at = _next(spots[_CHOSEN + leaf], to, places, desk)
    if at < 0:
        spots[is_over] = -1
        return False
    spots[spot + leaf] = at
    return at < limit
