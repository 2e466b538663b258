"""The kernels that decide: from the keys of an article to the rules it matches.

Each key that the article has leads to rules (postings), each with a second key that it needs, its guard. What passes
its guard has its program run, once an article. A phrase is looked for in title and body once an article, however many
rules have it. `instructions` says what each of a program's does.
"""

from typing import Any

from wirewatch.matching.compiled.boxes import Box
from wirewatch.matching.compiled.instructions import ACCEPT, HEAD, REJECT, Operation, Zone
from wirewatch.matching.compiled.jit import ONE, ZERO, int64, jit
from wirewatch.matching.compiled.placing import matches_apart
from wirewatch.matching.compiled.reading import has_bit, read
from wirewatch.matching.compiled.spans import apart, is_before, mark, stands
from wirewatch.matching.compiled.splitting import split
from wirewatch.matching.compiled.tables import POSTING, Desk, State

__all__ = ["JUDGE", "NEEDS_UNITS", "OPEN_BITS", "READ", "SPLIT", "UNREAD", "decide"]

SPLIT, READ, JUDGE = 0, 1, 2
OPEN_BITS = 31
UNREAD, NEEDS_UNITS = -1, -2
"""Instead of a number of rules: the article could not be read, see `reading.read`; `units` have to be known first."""

_ANY_KEY, _ALL_KEYS, _PHRASES = int(Operation.ANY_KEY), int(Operation.ALL_KEYS), int(Operation.ANY_PHRASE)
_NEAR, _AT_LEAST = int(Operation.NEAR), int(Operation.AT_LEAST)
_ARRANGED, _UNITS = int(Operation.ARRANGED), int(Operation.UNITS)
_TEXT, _BODY, _AUTHOR, _LEAD = int(Zone.TEXT), int(Zone.BODY), int(Zone.AUTHOR), int(Zone.LEAD)
_EPOCH, _PRESENT, _WORDS, _ZONES = State.EPOCH, State.PRESENT, State.WORDS, State.ZONES
_KNOWN_UNITS, _LEAD_END = State.UNITS, State.LEAD
_EQUAL, _LESS, _AT_MOST, _GREATER = 0, 1, 2, 3


@jit
def _low(zone: int, zones: int, state: Any) -> int:
    """Return the first position of `zone`, in an article of so many zones."""
    at = 0 if zone == _TEXT else _BODY - 1 if zone == _LEAD else zone - 1
    return state[_ZONES + 2 * at] if at < zones else 0


@jit
def _high(zone: int, zones: int, state: Any) -> int:
    """Return the position after the last one of `zone`; of all authors, who each have a zone, after the last one's."""
    if zone == _LEAD:
        return state[_LEAD_END]
    at = 1 if zone == _TEXT else zones - 1 if zone == _AUTHOR else zone - 1
    return state[_ZONES + 2 * at + 1] if zone - 1 < zones else 0


@jit
def _compares(actual: int, comparison: int, value: int) -> bool:
    """Compare as `query.Comparison` says, whose members are numbered in their order."""
    if comparison == _EQUAL:
        return actual == value
    if comparison == _LESS:
        return actual < value
    if comparison == _AT_MOST:
        return actual <= value
    if comparison == _GREATER:
        return actual > value
    return actual >= value


@jit
def _has_near(first: int, last: int, zones: int, box: Box[Desk]) -> bool:
    """Say whether the proximity whose arguments are `code[first:last]` is there."""
    desk = box.value
    code, space = desk.tables.code, desk.space
    zone = int64(code[first])
    low, high = _low(zone, zones, space.state), _high(zone, zones, space.state)
    distance, middle = int64(code[first + 1]), int64(first + 4 + code[first + 3])
    begin, end = int64(first + 4), middle
    lefts, rights = space.marks[0], space.marks[1]
    for side in range(2):
        if not mark(begin, end, low, high, rights if side else lefts, space.shortest[:0], box):
            return False
        begin, end = middle, int64(last)
    places = high - low
    if is_before(lefts[1], rights[0], places, distance):
        return True
    return code[first + 2] == 0 and is_before(rights[1], lefts[0], places, distance)


@jit
def _has_enough(first: int, last: int, zones: int, box: Box[Desk]) -> bool:
    """Say whether the matches that the arguments `code[first:last]` ask for are there."""
    desk = box.value
    code, space = desk.tables.code, desk.space
    zone = int64(code[first])
    low, high = _low(zone, zones, space.state), _high(zone, zones, space.state)
    ends = space.marks[0]
    if not mark(int64(first + 2), last, low, high, ends, space.shortest, box):
        return False
    return apart(ends[1], space.shortest, high - low, int64(code[first + 1]))


@jit
def _has_arrangement(first: int, zones: int, box: Box[Desk]) -> bool:
    """Say whether the matches of the arrangement whose arguments begin at `first` are there."""
    desk = box.value
    code, state = desk.tables.code, desk.space.state
    zone, enough = int64(code[first]), int64(code[first + 1])
    low, high = _low(zone, zones, state), _high(zone, zones, state)
    return matches_apart(int64(first + 2), low, high, enough, box)


@jit
def judge(day: int, zones: int, box: Box[Desk]) -> int:
    """Put the rules that match into `space.matched`; return how many, and those to ask about shifted by OPEN_BITS.

    Where a rule asks for units that are not known, NEEDS_UNITS is returned: all has to be done again when they are.
    `day` is the day of publication as an ordinal, 0 if it is unknown.
    """
    desk = box.value
    seen, tables, known, space = desk.seen, desk.tables, desk.known, desk.space
    anchors, postings, code = tables.anchors, tables.postings, tables.code
    phrase_starts, phrase_keys = tables.phrase_starts, tables.phrase_keys
    records, occurrences, forms, bits = space.records, space.occurrences, space.forms, space.bits
    state, found, present = space.state, space.found, space.present
    dead, matched = tables.dead, space.matched
    runs, keys = known.runs, known.keys
    epoch = int64(state[_EPOCH])
    has_units = state[_KNOWN_UNITS] == epoch
    stamp = epoch << 1 | int64(has_units)
    number = is_open = ZERO
    asked_keys = len(anchors) - 1
    for index in range(state[_PRESENT]):
        key = present[index]
        if key >= asked_keys:
            continue
        for posting in range(POSTING * anchors[key], POSTING * anchors[key + 1], POSTING):
            if not has_bit(bits, int64(postings[posting + 1]), ONE):
                continue
            rule = int64(postings[posting])
            if rule < 0:  # it has other postings
                rule = -1 - rule
                if seen[rule] == stamp:
                    continue
                seen[rule] = stamp
            place = int64(postings[posting + 2])
            while True:
                operation = code[place]
                first = place + HEAD
                last = int64(first + code[place + 1])
                holds = False
                if operation == _ANY_KEY:
                    for argument in range(first, last):
                        if has_bit(bits, int64(code[argument]), ZERO):
                            holds = True
                            break
                elif operation == _ALL_KEYS:
                    holds = True
                    for argument in range(first, last):
                        if not has_bit(bits, int64(code[argument]), ZERO):
                            holds = False
                            break
                elif operation == _PHRASES:
                    zone = int64(code[first])
                    low, high = _low(zone, zones, state), _high(zone, zones, state)
                    for argument in range(first + 1, last, 2):
                        if not has_bit(bits, int64(code[argument + 1]), ONE):
                            continue
                        phrase = int64(code[argument])
                        is_shared = zone == _TEXT and phrase >= 0
                        if is_shared and found[phrase] >> 1 == epoch:
                            holds = found[phrase] & 1 != 0
                        else:
                            holds = stands(
                                phrase,
                                low,
                                high,
                                epoch,
                                phrase_starts,
                                phrase_keys,
                                records,
                                occurrences,
                                forms,
                                runs,
                                keys,
                            )
                            if is_shared:
                                found[phrase] = epoch << 1 | int64(holds)
                        if holds:
                            break
                elif operation == _NEAR:
                    holds = _has_near(first, last, zones, box)
                elif operation == _AT_LEAST:
                    holds = _has_enough(first, last, zones, box)
                elif operation == _ARRANGED:
                    holds = _has_arrangement(first, zones, box)
                elif operation == _UNITS:
                    if not has_units:
                        return ZERO + NEEDS_UNITS
                    holds = True
                else:
                    actual = int64(state[_WORDS]) if code[first] != 0 else day
                    is_known = code[first] != 0 or actual > 0
                    holds = is_known and _compares(actual, int64(code[first + 1]), int64(code[first + 2]))
                jump = int64(code[place + 2] if holds else code[place + 3])
                if jump <= 0:
                    place = jump
                    break
                place += jump
            if place != REJECT and dead[rule] == 0:
                if place == ACCEPT:
                    matched[number] = rule
                    number += 1
                else:
                    is_open += 1
                    matched[len(matched) - is_open] = rule
    return number | is_open << OPEN_BITS


@jit
def decide(raw: bytes, begin: int, spill: Any, day: int, zones: int, box: Box[Desk]) -> int:
    """Return what `judge` does, of the article `raw`; UNREAD if it could not be read.

    `begin` says what has been done already: nothing (SPLIT comes first), or the splitting (READ), or, for another part
    of the index, the reading too (JUDGE).
    """
    if begin == SPLIT:
        split(raw, box)
    if begin != JUDGE and not read(raw, spill, box):
        return ZERO + UNREAD
    return judge(day, zones, box)
