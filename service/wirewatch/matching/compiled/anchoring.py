"""The table from keys to rules that the kernel starts from.

Which of its options a rule is found by is chosen anew whenever rules are put together, by how often articles have had
each key, and the programs are put in that order; all that is arithmetic on arrays.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from wirewatch.kernels.jit import jit, part
from wirewatch.kernels.views import row_of
from wirewatch.matching.compiled.instructions import HEAD, Operation
from wirewatch.matching.compiled.keys import ALWAYS
from wirewatch.matching.compiled.segment import Bytes, Segment, gathered
from wirewatch.matching.compiled.tables import GUARDS, POSTING, Ints

__all__ = ["anchored"]

_ALL = 1 << 30
"""The share of articles that stands for all of them."""
_SAME_TERM = 3 * _ALL // 10
"""How likely a word of a phrase is where another word of it is; more likely than by itself."""
_ALL_KEYS = int(Operation.ALL_KEYS)


def anchored(segment: Segment, dead: Bytes, shares: npt.NDArray[np.float32]) -> tuple[Segment, Ints, Ints]:
    """Return the segment with what `Tables.anchors` and `Tables.postings` are for it.

    A rule is found by what the fewest articles have, where `shares` says for each key how many (0 to 1) do. Programs of
    rules found by the same key stand together in the segment then: they are run one after the other. Those of rules
    that are `dead` (1) are left out.
    """
    chosen, guards, rarest = _choices(segment, (shares * _ALL).astype(np.int32))
    firsts = np.zeros(len(segment), np.int32)
    has_any = chosen >= 0
    firsts[has_any] = rarest[segment.option_starts[chosen[has_any]]]
    order = np.argsort(firsts, kind="stable").astype(np.int32)
    order = order[dead[order] == 0]
    placed, code = gathered(segment.programs, segment.sizes, segment.code, order)
    programs, sizes = np.zeros(len(segment), np.int32), np.zeros(len(segment), np.int32)
    programs[order], sizes[order] = placed[:-1], segment.sizes[order]
    number = len(order) + int((np.diff(segment.option_starts)[chosen[order[has_any[order]]]] - 1).sum())
    starts, postings = np.zeros(len(shares) + 1, np.int32), np.empty(POSTING * number, np.int32)
    _post(order, chosen, guards, programs, code, segment.option_starts, rarest, starts, postings)
    return replace(segment, programs=programs, sizes=sizes, code=code), starts, postings


def _choices(segment: Segment, shares: Ints) -> tuple[Ints, Ints, Ints]:
    """Return for each rule its option with the smallest share and its guards, and for each element its rarest key."""
    chosen = np.full(len(segment), -1, np.int32)
    guards = np.full(GUARDS * len(segment), ALWAYS, np.int32)
    rarest = np.empty(len(segment.elements) - 1, np.int32)
    arrays = (segment.option_rules, segment.option_starts, segment.option_sources, segment.elements, segment.keys)
    _choose(*arrays, shares, chosen, guards, rarest)
    return chosen, guards, rarest


@jit
def _choose(
    option_rules: Any,
    option_starts: Any,
    option_sources: Any,
    elements: Any,
    keys: Any,
    shares: Any,
    chosen: Any,
    guards: Any,
    rarest: Any,
) -> None:
    """Choose the option of each rule, the rarest key of each element, and guards: see `_guard`."""
    option_rules, option_starts, option_sources = row_of(option_rules), row_of(option_starts), row_of(option_sources)
    elements, keys, shares = row_of(elements), row_of(keys), row_of(shares)
    chosen, guards, rarest = row_of(chosen), row_of(guards), row_of(rarest)
    for rule in range(len(chosen)):
        least = -1
        first, last = option_rules[rule], option_rules[rule + 1]
        for option in range(first, last):
            share = 0
            for element in range(option_starts[option], option_starts[option + 1]):
                best = keys[elements[element]]
                for index in range(elements[element] + 1, elements[element + 1]):
                    if shares[keys[index]] < shares[best]:
                        best = keys[index]
                rarest[element] = best
                share += shares[best]
            if least < 0 or share < least:
                least = share
                chosen[rule] = option
        other = -1
        for guard in range(GUARDS * rule, GUARDS * (rule + 1)):
            option = _guard(first, last, chosen[rule], other, option_starts, option_sources, rarest, shares)
            if option < 0:
                break
            guards[guard] = rarest[option_starts[option]]
            other = option


@part
def _guard(
    first: int, last: int, chosen: int, other: int, option_starts: Any, option_sources: Any, rarest: Any, shares: Any
) -> int:
    """Return the option, of one element, that the fewest articles have beside the chosen one and the other, else -1.

    A word of the same phrase as one of those says little.
    """
    best, least = -1, _ALL
    for option in range(first, last):
        if option in (chosen, other) or option_starts[option + 1] - option_starts[option] != 1:
            continue
        share = shares[rarest[option_starts[option]]]
        source = option_sources[option]
        if source == option_sources[chosen] or (other >= 0 and source == option_sources[other]):
            share = max(share, _SAME_TERM)
        if share < least:
            best, least = option, share
    return best


@jit
def _post(
    order: Any,
    chosen: Any,
    guards: Any,
    programs: Any,
    code: Any,
    option_starts: Any,
    rarest: Any,
    starts: Any,
    postings: Any,
) -> None:
    """Fill the postings of every key, in this order; a rule with no option is under the key that every article has."""
    order, chosen, guards, programs = row_of(order), row_of(chosen), row_of(guards), row_of(programs)
    option_starts = row_of(option_starts)
    code, rarest, starts, postings = row_of(code), row_of(rarest), row_of(starts), row_of(postings)
    for index in range(len(order)):
        option = chosen[order[index]]
        for element in range(_first(option, option_starts), _last(option, option_starts)):
            starts[(rarest[element] if option >= 0 else ALWAYS) + 1] += 1
    for key in range(len(starts) - 1):
        starts[key + 1] += starts[key]
    for index in range(len(order) - 1, -1, -1):  # from the last, so that where a key's end stood its beginning is left
        rule = order[index]
        option = chosen[rule]
        first, last = _first(option, option_starts), _last(option, option_starts)
        for element in range(first, last):
            key = rarest[element] if option >= 0 else ALWAYS
            starts[key + 1] -= 1
            place = POSTING * starts[key + 1]
            postings[place] = rule if last - first == 1 else -1 - rule
            for guard in range(GUARDS):
                postings[place + 1 + guard] = guards[GUARDS * rule + guard]
            program = programs[rule]
            is_known = last - first == 1 and _asks_no_more(program, key, place, postings, code)
            postings[place + 1 + GUARDS] = -1 - program if is_known else program
    for key in range(len(starts) - 1):
        starts[key] = starts[key + 1]
    starts[len(starts) - 1] = len(postings) // POSTING


@part
def _asks_no_more(program: int, anchor: int, posting: int, postings: Any, code: Any) -> bool:
    """Say whether a program's first instruction holds wherever the anchor and the guards of its posting are."""
    if code[program] != _ALL_KEYS:
        return False
    for argument in range(program + HEAD, program + HEAD + code[program + 1]):
        is_known = code[argument] == anchor
        for guard in range(posting + 1, posting + 1 + GUARDS):
            is_known |= code[argument] == postings[guard]
        if not is_known:
            return False
    return True


@part
def _first(option: int, option_starts: Any) -> int:
    return option_starts[option] if option >= 0 else 0


@part
def _last(option: int, option_starts: Any) -> int:
    return option_starts[option + 1] if option >= 0 else 1
