"""Where plain phrases stand in an article that matched: what `text.Seeker` finds, found by a kernel where it is clear.

A run is some letters and digits of ASCII, one after the other, in a text of which each character has been replaced by
the small one of ASCII that it is like. Where nothing around it could belong to it, it is a word as it is written. What
is not so simple (`O'Brien`, `#korea`) makes a phrase unclear that may stand there, and `Seeker` looks for that one.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import jit, part
from wirewatch.kernels.vectors import BLOCK, members_of
from wirewatch.kernels.views import Fixed, eight_at, row_from, row_of, zeros_below
from wirewatch.matching.compiled.smallness import SPACES_AFTER, make_small
from wirewatch.text import AROUND, MARKS, STOPS

__all__ = ["FOUND", "ROOM_BESIDE", "SIZES", "seek_phrases"]

FOUND = 3
"""Numbers of each find: which phrase, where it begins and ends, in characters; -1 for both where that is unclear."""
ROOM_BESIDE = 1 + SPACES_AFTER + BLOCK
"""Bytes of room beside those of the text's characters: a space before them, a few and a block after."""
SIZES = 256
"""Of terms and runs; what is longer counts as if it had the last."""

_SPACE, _APOSTROPHE, _SMALL_S = ord(" "), ord("'"), ord("s")
_AROUND, _STOPS, _MARKS = (Fixed(int(chr(byte) in those) for byte in range(256)) for those in (AROUND, STOPS, MARKS))
_letters_in = members_of(b"0123456789abcdefghijklmnopqrstuvwxyz")
_NONE, _LOWEST, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_HIGHEST_AT = np.uint64(BLOCK - 1)
_EIGHT, _BITS = 8, 8
_ELSEWHERE, _UNCLEAR = 0, -1


@part
def _find_runs(room: Any, end: int, begins: Any, ends: Any) -> int:
    """Put where runs begin and end before `end`, where there is a space, into these; return their number."""
    begun = ended = 0
    before = _NONE
    for place in range(0, end, BLOCK):
        letters = _letters_in(room, place)
        if end - place < BLOCK:
            letters &= (_LOWEST << np.uint64(end - place)) - _LOWEST
        after = letters << _LOWEST | before
        starts, stops = letters & ~after, after & ~letters
        while starts != _NONE:
            begins[begun] = place + zeros_below(starts)
            begun += 1
            starts &= starts - _LOWEST
        while stops != _NONE:
            ends[ended] = place + zeros_below(stops)
            ended += 1
            stops &= stops - _LOWEST
        before = letters >> _HIGHEST_AT
    return begun


@part
def _is_end(room: Any, place: int) -> bool:
    """Say whether a word clearly ends before `place`."""
    return _AROUND[room[place]] != 0 or (_STOPS[room[place]] != 0 and _AROUND[room[place + 1]] != 0)


@part
def _end_of_word(room: Any, begin: int, end: int) -> int:
    """Return where the word ends, with its possessive, that a run clearly is; _UNCLEAR if it may be something else."""
    if _AROUND[room[begin - 1]] == 0:
        return _UNCLEAR
    if _is_end(room, end):
        return end
    if room[end] == _APOSTROPHE and room[end + 1] == _SMALL_S and _is_end(room, end + 2):
        return end + 2
    return _UNCLEAR


@part
def _is_term(room: Any, begin: int, end: int, phrases: Any, place: int) -> bool:
    """Say whether a run is the term at `place` of the phrases, where its size stands before it."""
    size = phrases[place]
    if end - begin != size:
        return False
    place += 1
    while size >= _EIGHT:
        if eight_at(room, begin) != eight_at(phrases, place):
            return False
        begin += _EIGHT
        place += _EIGHT
        size -= _EIGHT
    if size == 0:
        return True
    mask = _ALL >> np.uint64(_BITS * (_EIGHT - size))
    return bool((eight_at(room, begin) ^ eight_at(phrases, place)) & mask == _NONE)


@part
def _end_of_phrase(room: Any, run: int, runs: int, begins: Any, ends: Any, phrases: Any, place: int, terms: int) -> int:
    """Return where the phrase ends whose first term is this run; _ELSEWHERE if it surely is not here, or _UNCLEAR."""
    last = _end_of_word(room, begins[run], ends[run])
    for _ in range(1, terms):
        if last == _UNCLEAR or last != ends[run]:
            return _UNCLEAR
        run += 1
        if run == runs:
            return _ELSEWHERE
        place += 1 + phrases[place]
        is_next = begins[run] == last + 1 and room[last] == _SPACE
        last = _end_of_word(room, begins[run], ends[run])
        if not _is_term(room, begins[run], ends[run], phrases, place):
            return _UNCLEAR if last == _UNCLEAR else _ELSEWHERE
        if not is_next:
            return _UNCLEAR
    return last


@part
def _is_joined(room: Any, run: int, runs: int, begins: Any, ends: Any) -> bool:
    """Say whether a mark that may stand inside a word is all that parts a run from the next one."""
    return run + 1 < runs and begins[run + 1] == ends[run] + 1 and _MARKS[room[ends[run]]] != 0


@part
def _is_made_of(room: Any, run: int, runs: int, begins: Any, ends: Any, phrases: Any, place: int) -> bool:
    """Say whether the term at `place` is this run and some that are joined to it, without what is between them."""
    size = phrases[place]
    done = 0
    while True:
        for index in range(begins[run], ends[run]):
            if done == size or phrases[place + 1 + done] != room[index]:
                return False
            done += 1
        if done == size:
            return True
        if not _is_joined(room, run, runs, begins, ends):
            return False
        run += 1


@part
def _put_find(phrase: int, begin: int, end: int, number: int, found: Any) -> None:
    """Put a find into `found` after `number` others."""
    found[FOUND * number], found[FOUND * number + 1], found[FOUND * number + 2] = phrase, begin, end


@part
def _link(runs: int, begins: Any, ends: Any, firsts: Any, following: Any) -> None:
    """For each size have the first of the runs of it, and for each run the next of its size; -1 after the last."""
    for size in range(SIZES):
        firsts[size] = -1
    for run in range(runs - 1, -1, -1):
        size = min(ends[run] - begins[run], SIZES - 1)
        following[run] = firsts[size]
        firsts[size] = run


@part
def _seek_phrase(
    room: Any, run: int, runs: int, rows: Any, phrases: Any, place: int, phrase: int, number: int, most: int, found: Any
) -> int:
    """Put where a phrase stands into `found` after `number` finds; return their number then.

    `run` is the first that has the size of its first term. With `most` finds there are too many: it is unclear then.
    """
    begins, ends, following = rows
    terms = phrases[place]
    place += 1
    first = number
    while run >= 0:
        if _is_term(room, begins[run], ends[run], phrases, place):
            end = _end_of_phrase(room, run, runs, begins, ends, phrases, place, terms)
            if end == _UNCLEAR or number == most:
                _put_find(phrase, -1, -1, first, found)
                return first + 1
            if end != _ELSEWHERE:
                _put_find(phrase, begins[run] - 1, end - 1, number, found)
                number += 1
        run = following[run]
    return number


@jit
def seek_phrases(
    address: int,
    characters: int,
    width: int,
    phrases: Any,
    count: int,
    alike: Any,
    room: Any,
    places: Any,
    found: Any,
) -> int:
    """Look for phrases in the text at an address, whose characters have so many bytes each; return how many finds.

    -1 if the text has a character that is like none of ASCII. `phrases` has for each of `count` the number of its
    terms, then of each term its size in bytes and those; eight more bytes follow the last. There is room in `found` for
    one find of each and more; of a phrase with too many it is unclear where it stands.
    `room` has ROOM_BESIDE bytes beside one a character, `places` four numbers for each two characters, eight more, and
    SIZES.
    """
    phrases, alike, room, places, found = row_of(phrases), row_of(alike), row_of(room), row_of(places), row_of(found)
    if not make_small(address, characters, width, alike, room):
        return -1
    size = (len(places) - SIZES) // 4
    begins, ends, joined = row_from(places, SIZES), row_from(places, SIZES + size), row_from(places, SIZES + 2 * size)
    following = row_from(places, SIZES + 3 * size)
    runs = _find_runs(room, 1 + characters + SPACES_AFTER, begins, ends)
    joints = 0
    for run in range(runs):
        joined[joints] = run
        joints += int(_is_joined(room, run, runs, begins, ends))
    _link(runs, begins, ends, places, following)
    rows = begins, ends, following
    number = place = 0
    for phrase in range(count):
        is_clear = True
        for joint in range(joints):
            if _is_made_of(room, joined[joint], runs, begins, ends, phrases, place + 1):
                is_clear = False
        if is_clear:
            run, most = places[phrases[place + 1]], len(found) // FOUND - (count - phrase)
            number = _seek_phrase(room, run, runs, rows, phrases, place, phrase, number, most, found)
        else:
            _put_find(phrase, -1, -1, number, found)
            number += 1
        terms = phrases[place]
        place += 1
        for _ in range(terms):
            place += 1 + phrases[place]
    return number
