"""The kernel that reads an article: its words in, positions with their forms and the occurrences of keys out.

A word that was told (see `splitting`, `wording`) is looked up among the terms that rules ask for (`terms`), and is
nothing but a position where none does. All else is looked up, as bytes, in a table of pieces seen before (`lexicon`).
What is not known there is reported, and the kernel called again when the table knows it.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import part
from wirewatch.matching.compiled.asked import is_exact_asked, may_fit, may_fit_by_its_ends, may_fit_term
from wirewatch.matching.compiled.hashing import hash_of
from wirewatch.matching.compiled.occurring import RECORD, meet
from wirewatch.matching.compiled.splitting import end_of_word
from wirewatch.matching.compiled.tables import RUN_BITS, Desk, State
from wirewatch.matching.compiled.terms import HAS_MORE, is_sieved, key_at, key_of_term, place_of
from wirewatch.matching.compiled.wording import IS_NOTABLE, end_of_term, hash_in, term_in

__all__ = ["GAP", "LONGEST_KEPT", "SLOT", "TEXT_ZONES", "find", "has_bit", "has_key", "read"]

SLOT = 4
LONGEST_KEPT = 60
"""Bytes of a piece that may be in the table; what is longer will hardly be met again."""
GAP = 104
"""Positions between two zones: more than any proximity reaches over."""

_MAY_FIT = HAS_MORE - 1
"""Instead of a key: what is known of the word has to be looked up."""
_RUN_LENGTH = (1 << RUN_BITS) - 1
TEXT_ZONES = 2

# The places of `State` by themselves, since a kernel knows no classes.
_EPOCH, _PRESENT, _MISSES, _ENTRIES = State.EPOCH, State.PRESENT, State.MISSES, State.ENTRIES
_NEEDED, _POSITIONS, _WORDS, _ZONES = State.NEEDED, State.POSITIONS, State.WORDS, State.ZONES
_SIZE, _MET = State.SIZE, State.MET


@part
def find(buffer: Any, start: int, end: int, hashed: int, slots: Any, texts: Any) -> int:
    """Return where in `slots` these bytes are; `-1 - place` of the free slot for them where they aren't."""
    mask = len(slots) // SLOT - 1
    size = end - start
    place = hashed & mask
    while True:
        slot = place * SLOT
        text = slots[slot + 1] - 1
        if text < 0:
            return -1 - slot
        if slots[slot] == hashed and slots[slot + 2] & 0xFF == size:
            same = True
            for offset in range(size):
                if texts[text + offset] != buffer[start + offset]:
                    same = False
                    break
            if same:
                return slot
        place = (place + 1) & mask


@part
def has_bit(bits: Any, key: int, anywhere: int) -> bool:
    """Say whether `key` stands in title or body; with 1 for `anywhere`, in any zone or as a fact."""
    return (bits[(key >> 5 << 1) + anywhere] >> (key & 31)) & 1 != 0


@part
def has_key(form: int, key: int, runs: Any, keys: Any) -> bool:
    """Say whether `key` is among those of `form`."""
    if form <= 0:
        return -form == key
    run = runs[form]
    start = run >> RUN_BITS
    for index in range(start, start + (run & _RUN_LENGTH)):
        if keys[index] == key:
            return True
    return False


@part
def _begin(spill: Any, state: Any, records: Any, bits: Any, present: Any) -> None:
    """Forget the last article; the facts of this one, and what holds always, are there from the start."""
    for index in range(state[_PRESENT]):
        place = present[index] >> 5 << 1
        bits[place] = 0
        bits[place + 1] = 0
    state[_EPOCH] += 1
    state[_MISSES] = 0
    state[_NEEDED] = 0
    state[_POSITIONS] = 0
    state[_ZONES] = 0
    state[_PRESENT] = spill[0] + 1
    for index in range(spill[0] + 1):
        key = spill[index] if index > 0 else 0
        records[key * RECORD] = state[_EPOCH]
        records[key * RECORD + 1] = -1
        present[index] = key
        mask = 1 << (key & 31)
        bits[key >> 5 << 1] |= mask
        bits[(key >> 5 << 1) + 1] |= mask


@part
def _find_notable(desk: Desk) -> int:
    """Put into `notable` the pieces, the words that rules may ask about, and the ends of zones; return their number."""
    sieve, asked, space = desk.terms.sieve, desk.terms.asked, desk.space
    hashes, starts, ends, notable = space.hashes, space.starts, space.ends, space.notable
    has_patterns = len(asked) > 0
    number = 0
    for entry in range(space.state[_ENTRIES]):  # without a branch: whether a word is asked for can't be guessed
        notable[number] = entry
        is_notable = (hashes[entry] & IS_NOTABLE) != np.uint64(0)
        of_pattern = 0
        if has_patterns:
            of_pattern = (ends[entry] < 0) | may_fit_by_its_ends(space.text, starts[entry], ends[entry], asked)
        number += is_sieved(hashes[entry], sieve) | (starts[entry] < 0) | is_notable | of_pattern
    return number


@part
def _clear(forms: Any, first: int, end: int) -> int:
    """Have nothing at the positions from `first` to `end`; return where what is cleared ends then."""
    for position in range(first, end):
        forms[position] = 0
    return max(first, end)


@part
def _key_told(found: Any, hashed: Any, has_patterns: bool, desk: Desk) -> int:
    """Return the key of a word that `wording` told, 0 where no rule asks for it; _MAY_FIT or more to look further."""
    table, folded = desk.terms, desk.space.folded
    term = term_in(hashed)
    key = key_of_term(found, folded, term, hash_in(hashed), table.slots, table.texts, table.places)
    if key >= HAS_MORE or (folded[term - 1] == 0 and not has_patterns):
        return key
    end = end_of_term(folded, term)
    if has_patterns and may_fit_term(folded, term, end, table.asked):
        return _MAY_FIT
    if folded[term - 1] != 0:  # the symbol before it
        term -= 1
        hashed_with = hash_of(folded, term, end)
        found = table.slots[place_of(hashed_with, table.slots)]
        if key_of_term(found, folded, term, hashed_with, table.slots, table.texts, table.places) != 0:
            return _MAY_FIT
        if has_patterns and may_fit_term(folded, term, end, table.asked):
            return _MAY_FIT
    return key


@part
def read(spill: Any, spilled_until: int, desk: Desk) -> bool:
    """Read the words and pieces that were found in the text; return False when not all was known or had room.

    `spill[:spilled_until]` has the number of the article's facts (keys that hold for it as a whole) and those; then, if
    they are known, for each piece that is too long to be kept the number of its forms and those.

    The places of unknown pieces go to `space.missed`. Where the occurrences have no room, `state[NEEDED]` is more than
    what there is; where positions have none, as a character may stand for more words than it has bytes,
    `state[POSITIONS]` is.
    """
    table, known, space = desk.terms, desk.known, desk.space
    buffer = space.text
    terms, term_texts, term_places, asked = table.slots, table.texts, table.places, table.asked
    slots, texts, tokens, runs, keys = known.slots, known.texts, known.tokens, known.runs, known.keys
    state, forms, records, occurrences = space.state, space.forms, space.records, space.occurrences
    bits, present, missed, counts = space.bits, space.present, space.missed, space.counts
    hashes, starts, ends, notable, firsts = space.hashes, space.starts, space.ends, space.notable, space.firsts
    _begin(spill, state, records, bits, present)
    entries = state[_ENTRIES]
    has_patterns = len(asked) > 0
    is_exact = has_patterns and is_exact_asked(asked)
    room = len(occurrences) // 2
    places = len(forms) - GAP * ((len(state) - _ZONES) // 2 + 1)
    known_keys = len(records) // RECORD
    met = state[_PRESENT]
    spilled = 1 + spill[0]
    used = zone = 0
    cleared, ahead = _clear(forms, 0, entries), 0
    notable_number = _find_notable(desk)
    for index in range(notable_number):  # by itself, so that the processor waits for many of them at once
        firsts[index] = terms[place_of(hashes[notable[index]], terms)]
    for index in range(notable_number):
        entry = notable[index]
        position = entry + ahead
        start, end = starts[entry], ends[entry]
        if start < 0:
            state[_ZONES + 2 * zone + 1] = position
            ahead += GAP - 1
            cleared = _clear(forms, cleared, entries + ahead)
            zone += 1
            state[_ZONES + 2 * zone] = position + GAP
            continue
        key = HAS_MORE
        if end > 0:
            key = key_at(firsts[index], buffer, start, end, hashes[entry], terms, term_texts, term_places)
            if has_patterns and key < HAS_MORE and may_fit(buffer, start, end, asked):
                key = _MAY_FIT
        elif term_in(hashes[entry]) != 0:
            key = _key_told(firsts[index], hashes[entry], has_patterns, desk)
        if key < _MAY_FIT:
            forms[position] = -key
            if key > 0 and key < known_keys:  # else another thread has just added it, for other rules
                if used >= room:
                    state[_NEEDED] = 2 * used + 2
                    state[_PRESENT] = met
                    return False
                met = meet(key, position, used, met, zone < TEXT_ZONES, occurrences, present, bits)
                used += 1
            continue
        if end < 0:
            end = -end
        elif key != _MAY_FIT or is_exact:
            end = end_of_word(buffer, end)
        slot = -1
        is_kept = end - start <= LONGEST_KEPT
        if is_kept:
            slot = find(buffer, start, end, hash_of(buffer, start, end), slots, texts)
        if slot < 0 and (is_kept or spilled == spilled_until):
            missed[2 * state[_MISSES]] = start
            missed[2 * state[_MISSES] + 1] = end
            state[_MISSES] += 1
            continue
        number = slots[slot + 2] >> 8 if slot >= 0 else spill[spilled]
        first = slots[slot + 3] if slot >= 0 else spilled + 1
        needed = position - GAP * zone + number + state[_SIZE] - end
        if needed > places:
            state[_POSITIONS] = needed
            state[_PRESENT] = met
            return False
        ahead += number - 1
        cleared = _clear(forms, cleared, entries + ahead)
        for token in range(number):
            from_table = first if number == 1 or slot < 0 else tokens[first + token]
            form = spill[first + token] if slot < 0 else from_table
            forms[position] = form
            run = runs[form]
            run_start = run >> RUN_BITS
            run_length = run & _RUN_LENGTH
            if used + run_length > room:
                state[_NEEDED] = 2 * (used + run_length)
                state[_PRESENT] = met
                return False
            for place in range(run_start, run_start + run_length):
                key = keys[place]
                if key < known_keys:
                    met = meet(key, position, used, met, zone < TEXT_ZONES, occurrences, present, bits)
                    used += 1
            position += 1
        if slot < 0:
            spilled += 1 + number
    state[_PRESENT], state[_MET] = met, used
    if state[_MISSES] == 0:
        for index in range(met):
            counts[present[index]] += 1
    state[_WORDS] = state[_ZONES + 1] - state[_ZONES] + state[_ZONES + 3] - state[_ZONES + 2]
    return state[_MISSES] == 0
