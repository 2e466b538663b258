"""The kernels that decide: from the keys of an article to the rules it matches.

Each key that the article has leads to rules (postings), each with other keys that it needs, its guards. What passes
them has its program run, once an article. A phrase is looked for in title and body once an article, however many
rules have it. `instructions` says what each of a program's does.
"""

from typing import Any

from wirewatch.kernels.jit import part
from wirewatch.kernels.views import prefetch
from wirewatch.matching.compiled.instructions import ACCEPT, ASK, HEAD, REJECT, Operation, Zone
from wirewatch.matching.compiled.placing import matches_apart
from wirewatch.matching.compiled.reading import TEXT_ZONES, has_bit
from wirewatch.matching.compiled.spans import apart, begins_of, ends_of, is_before, mark, stands
from wirewatch.matching.compiled.tables import CANDIDATES, GUARDS, POSTING, Desk, State

__all__ = ["NEEDS_UNITS", "OPEN_BITS", "judge"]

OPEN_BITS = 31
NEEDS_UNITS = -3
"""Instead of a number of rules: `units` have to be known first."""

_ANY_KEY, _ALL_KEYS, _PHRASES = int(Operation.ANY_KEY), int(Operation.ALL_KEYS), int(Operation.ANY_PHRASE)
_NEAR, _AT_LEAST = int(Operation.NEAR), int(Operation.AT_LEAST)
_ARRANGED, _UNITS = int(Operation.ARRANGED), int(Operation.UNITS)
_TEXT, _BODY, _AUTHOR, _LEAD = int(Zone.TEXT), int(Zone.BODY), int(Zone.AUTHOR), int(Zone.LEAD)
_EPOCH, _PRESENT, _WORDS, _ZONES = State.EPOCH, State.PRESENT, State.WORDS, State.ZONES
_KNOWN_UNITS, _LEAD_END = State.UNITS, State.LEAD
_LINE = 16
"""Numbers of a program that come from memory together."""
_EQUAL, _LESS, _AT_MOST, _GREATER = 0, 1, 2, 3


@part
def _low(zone: int, zones: int, state: Any) -> int:
    """Return the first position of `zone`, in an article of so many zones."""
    at = 0 if zone == _TEXT else _BODY - 1 if zone == _LEAD else zone - 1
    return state[_ZONES + 2 * at] if at < zones else 0


@part
def _high(zone: int, zones: int, state: Any) -> int:
    """Return the position after the last one of `zone`; of all authors, who each have a zone, after the last one's."""
    if zone == _LEAD:
        return state[_LEAD_END]
    at = 1 if zone == _TEXT else zones - 1 if zone == _AUTHOR else zone - 1
    return state[_ZONES + 2 * at + 1] if zone - 1 < zones else 0


@part
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


@part
def _has_near(first: int, last: int, zones: int, desk: Desk) -> bool:
    """Say whether the proximity whose arguments are `code[first:last]` is there."""
    code, space = desk.tables.code, desk.space
    zone = code[first]
    low, high = _low(zone, zones, space.state), _high(zone, zones, space.state)
    distance, middle = code[first + 1], first + 4 + code[first + 3]
    begin, end = first + 4, middle
    for side in range(2):
        if not mark(begin, end, low, high, side, desk):
            return False
        begin, end = middle, last
    places = high - low
    if is_before(ends_of(0, desk), begins_of(1, desk), places, distance):
        return True
    return code[first + 2] == 0 and is_before(ends_of(1, desk), begins_of(0, desk), places, distance)


@part
def _has_enough(first: int, last: int, zones: int, desk: Desk) -> bool:
    """Say whether the matches that the arguments `code[first:last]` ask for are there."""
    code, space = desk.tables.code, desk.space
    zone = code[first]
    low, high = _low(zone, zones, space.state), _high(zone, zones, space.state)
    if not mark(first + 2, last, low, high, 0, desk):
        return False
    return apart(ends_of(0, desk), space.shortest, high - low, code[first + 1])


@part
def _has_arrangement(first: int, zones: int, desk: Desk) -> bool:
    """Say whether the matches of the arrangement whose arguments begin at `first` are there."""
    code, state = desk.tables.code, desk.space.state
    zone, enough = code[first], code[first + 1]
    low, high = _low(zone, zones, state), _high(zone, zones, state)
    return matches_apart(first + 2, low, high, enough, desk)


@part
def _has_phrase(first: int, last: int, zones: int, desk: Desk) -> bool:
    """Say whether one of the phrases is there that the arguments `code[first:last]` ask for."""
    code, space = desk.tables.code, desk.space
    found, epoch, zone = space.found, space.state[_EPOCH], code[first]
    low, high = _low(zone, zones, space.state), _high(zone, zones, space.state)
    for argument in range(first + 1, last, 2):
        if not has_bit(space.bits, code[argument + 1], 1):
            continue
        phrase = code[argument]
        is_shared = zone == _TEXT and phrase >= 0
        if is_shared and found[phrase] >> 1 == epoch:
            holds = found[phrase] & 1 != 0
        else:
            holds = stands(phrase, low, high, desk)
            if is_shared:
                found[phrase] = epoch << 1 | holds
        if holds:
            return True
    return False


@part
def _outcome(place: int, day: int, zones: int, desk: Desk) -> int:
    """Run the program that a posting says begins at `place`; return its ACCEPT, REJECT or ASK, or NEEDS_UNITS."""
    code, bits, state = desk.tables.code, desk.space.bits, desk.space.state
    if place < 0:
        place = -1 - place
        if zones == TEXT_ZONES:  # else a word of the posting may stand in another one alone
            jump = code[place + 2]
            if jump <= 0:
                return jump
            place += jump
    while True:
        operation = code[place]
        first = place + HEAD
        last = first + code[place + 1]
        holds = False
        if operation == _ANY_KEY:
            for argument in range(first, last):
                if has_bit(bits, code[argument], 0):
                    holds = True
                    break
        elif operation == _ALL_KEYS:
            holds = True
            for argument in range(first, last):
                if not has_bit(bits, code[argument], 0):
                    holds = False
                    break
        elif operation == _PHRASES:
            holds = _has_phrase(first, last, zones, desk)
        elif operation == _NEAR:
            holds = _has_near(first, last, zones, desk)
        elif operation == _AT_LEAST:
            holds = _has_enough(first, last, zones, desk)
        elif operation == _ARRANGED:
            holds = _has_arrangement(first, zones, desk)
        elif operation == _UNITS:
            if state[_KNOWN_UNITS] != state[_EPOCH]:
                return NEEDS_UNITS
            holds = True
        else:
            actual = state[_WORDS] if code[first] != 0 else day
            is_known = code[first] != 0 or actual > 0
            holds = is_known and _compares(actual, code[first + 1], code[first + 2])
        jump = code[place + 2] if holds else code[place + 3]
        if jump <= 0:
            return jump
        place += jump


@part
def judge(day: int, zones: int, desk: Desk) -> int:
    """Put the rules that match into `space.matched`; return how many, and those to ask about shifted by OPEN_BITS.

    Where a rule asks for units that are not known, NEEDS_UNITS is returned: all has to be done again when they are.
    `day` is the day of publication as an ordinal, 0 if it is unknown.
    """
    anchors, dead, space = desk.tables.anchors, desk.tables.dead, desk.space
    state, present, candidates, matched = space.state, space.present, space.candidates, space.matched
    has_units = state[_KNOWN_UNITS] == state[_EPOCH]
    stamp = state[_EPOCH] << 1 | has_units
    number = is_open = 0
    asked_keys = len(anchors) - 1
    for index in range(state[_PRESENT]):
        key = present[index]
        if key >= asked_keys:
            continue
        begin, end = POSTING * anchors[key], POSTING * anchors[key + 1]
        while begin < end:
            last = min(end, begin + POSTING * CANDIDATES)
            waiting = _gather(begin, last, stamp, desk)
            begin = last
            for candidate in range(0, 2 * waiting, 2):
                rule = candidates[candidate]
                outcome = _outcome(candidates[candidate + 1], day, zones, desk)
                if outcome == REJECT or dead[rule] != 0:
                    continue
                if outcome == ACCEPT:
                    matched[number] = rule
                    number += 1
                elif outcome == ASK:
                    is_open += 1
                    matched[len(matched) - is_open] = rule
                else:
                    return NEEDS_UNITS
    return number | is_open << OPEN_BITS


@part
def _gather(begin: int, end: int, stamp: int, desk: Desk) -> int:
    """Put the rules of some postings, and where to begin in their programs, into `candidates`; return how many.

    Only those with their guards there, and not looked at before. Their programs are on the way from memory then, all at
    the same time: among a million rules it is there that most are.
    """
    seen, code, postings = desk.seen, desk.tables.code, desk.tables.postings
    bits, candidates = desk.space.bits, desk.space.candidates
    waiting = 0
    for posting in range(begin, end, POSTING):
        if not has_bit(bits, postings[posting + 1], 1) or not has_bit(bits, postings[posting + 2], 1):
            continue
        rule, place = postings[posting], postings[posting + 1 + GUARDS]
        if rule < 0:  # it has other postings
            rule = -1 - rule
            if seen[rule] == stamp:
                continue
            seen[rule] = stamp
        first = place if place >= 0 else -1 - place
        prefetch(code, first)
        prefetch(code, first + _LINE)
        candidates[2 * waiting] = rule
        candidates[2 * waiting + 1] = place
        waiting += 1
    return waiting
