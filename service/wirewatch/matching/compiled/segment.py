"""Rules whose programs are compiled, as flat arrays, and the table from keys to rules that the kernel starts from.

A segment never changes. Segments are merged by putting their arrays one after the other, less what is dead: nothing is
compiled again. Which of its options a rule is found by is chosen anew each time, by how often articles have had each
key, and the rules are put in that order; that, too, is arithmetic on arrays.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wirewatch.matching.compiled.instructions import Program
from wirewatch.matching.compiled.jit import jit
from wirewatch.matching.compiled.keys import ALWAYS
from wirewatch.matching.compiled.tables import POSTING, Ints
from wirewatch.rule import Rule

__all__ = ["Anchors", "Segment", "anchored", "merged", "picked", "segment_of"]

_SAME_TERM = np.float32(0.3)
"""How likely a word of a phrase is where another word of it is; more likely than by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Some rules; `programs` has where in `code` that of each begins, and the end of the last.

    The options of rule r are `option_starts[option_rules[r]:option_rules[r + 1]]`, each where its elements begin in
    `elements`, which has where their keys begin in `keys`; every array of starts has one entry more than what it is
    about.
    """

    rules: tuple[Rule, ...]
    numbers: Mapping[str, int]
    programs: Ints
    code: Ints
    option_rules: Ints
    option_starts: Ints
    option_sources: Ints
    elements: Ints
    keys: Ints

    def __len__(self) -> int:
        return len(self.rules)

    def number_of(self, rule_id: str) -> int | None:
        """Return where in `rules` the one with this id is."""
        return self.numbers.get(rule_id)


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """What `Tables.anchors` and `Tables.postings` are."""

    starts: Ints
    postings: Ints


def segment_of(programs: Iterable[tuple[Rule, Program]]) -> Segment:
    """Return the segment of rules with their programs, which are taken one by one."""
    rules: list[Rule] = []
    code, sources, keys = array("i"), array("i"), array("i")
    sizes, option_numbers, option_sizes, element_sizes = array("i"), array("i"), array("i"), array("i")
    for rule, program in programs:
        rules.append(rule)
        sizes.append(len(program.code))
        code.fromlist(program.code)
        option_numbers.append(len(program.options))
        option_sizes.fromlist(program.options)
        sources.fromlist(program.sources)
        element_sizes.fromlist(program.elements)
        keys.fromlist(program.keys)
    return Segment(
        tuple(rules),
        _numbers(rules),
        _starts(sizes),
        np.array(code, np.int32),
        _starts(option_numbers),
        _starts(option_sizes),
        np.array(sources, np.int32),
        _starts(element_sizes),
        np.array(keys, np.int32),
    )


def merged(segments: Sequence[tuple[Segment, npt.NDArray[np.uint8]]]) -> Segment:
    """Return one segment of all rules that are not dead (1 in the array beside their segment)."""
    parts = [
        picked(segment, np.flatnonzero(dead[: len(segment)] == 0).astype(np.int32)) if dead.any() else segment
        for segment, dead in segments
    ]
    rules = tuple(rule for part in parts for rule in part.rules)
    return Segment(
        rules,
        _numbers(rules),
        _starts(np.concatenate([np.diff(part.programs) for part in parts])),
        np.concatenate([part.code for part in parts]),
        _starts(np.concatenate([np.diff(part.option_rules) for part in parts])),
        _starts(np.concatenate([np.diff(part.option_starts) for part in parts])),
        np.concatenate([part.option_sources for part in parts]),
        _starts(np.concatenate([np.diff(part.elements) for part in parts])),
        np.concatenate([part.keys for part in parts]),
    )


def picked(segment: Segment, order: Ints) -> Segment:
    """Return the segment of the rules with these numbers, each at most once, in this order."""
    programs, code = _picked(segment.programs, segment.code, order)
    option_rules, options = _picked(segment.option_rules, _counted(segment.option_sources), order)
    option_starts, elements = _picked(segment.option_starts, _counted(segment.elements[1:]), options)
    element_starts, keys = _picked(segment.elements, segment.keys, elements)
    rules = tuple([segment.rules[number] for number in order.tolist()])
    return Segment(
        rules,
        _numbers(rules),
        programs,
        code,
        option_rules,
        option_starts,
        segment.option_sources[options],
        element_starts,
        keys,
    )


def _counted(values: Ints) -> Ints:
    return np.arange(len(values), dtype=np.int32)


@jit
def _picked(starts: Any, values: Any, order: Any) -> Any:
    """Return where the values of those in `order` begin among theirs alone, and these values."""
    picked_starts = np.zeros(len(order) + 1, np.int32)
    for index in range(len(order)):
        number = order[index]
        picked_starts[index + 1] = picked_starts[index] + starts[number + 1] - starts[number]
    picked_values = np.empty(picked_starts[len(order)], np.int32)
    place = 0
    for index in range(len(order)):
        number = order[index]
        for value in range(starts[number], starts[number + 1]):
            picked_values[place] = values[value]
            place += 1
    return picked_starts, picked_values


def _numbers(rules: Sequence[Rule]) -> dict[str, int]:
    return {rule.id: number for number, rule in enumerate(rules)}


def _starts(sizes: npt.ArrayLike) -> Ints:
    """Return where each of what has these sizes begins, and the end of the last."""
    return np.concatenate(([0], np.cumsum(sizes, dtype=np.int32)), dtype=np.int32)


def anchored(segment: Segment, shares: npt.NDArray[np.float32]) -> tuple[Segment, Anchors]:
    """Return the anchors that the fewest articles have, where `shares` says for each key how many (0 to 1) do.

    Rules found by the same key stand together in the segment then: their programs are run one after the other.
    """
    chosen, _, rarest = _choices(segment, shares)
    firsts = np.zeros(len(segment), np.int32)
    has_any = chosen >= 0
    firsts[has_any] = rarest[segment.option_starts[chosen[has_any]]]
    segment = picked(segment, np.argsort(firsts, kind="stable").astype(np.int32))
    chosen, guards, rarest = _choices(segment, shares)
    starts, postings = _postings(chosen, guards, segment.programs, segment.option_starts, rarest, len(shares))
    return segment, Anchors(starts, postings)


def _choices(segment: Segment, shares: npt.NDArray[np.float32]) -> tuple[Ints, Ints, Ints]:
    arrays = (segment.option_rules, segment.option_starts, segment.option_sources, segment.elements, segment.keys)
    choices: tuple[Ints, Ints, Ints] = _choose(*arrays, shares)
    return choices


@jit
def _choose(option_rules: Any, option_starts: Any, option_sources: Any, elements: Any, keys: Any, shares: Any) -> Any:
    """Return for each rule its option with the smallest share and its guard, and for each element its rarest key."""
    rules = len(option_rules) - 1
    chosen = np.full(rules, -1, np.int32)
    guards = np.full(rules, ALWAYS, np.int32)
    rarest = np.empty(len(elements) - 1, np.int32)
    for rule in range(rules):
        least = np.float32(np.inf)
        for option in range(option_rules[rule], option_rules[rule + 1]):
            share = np.float32(0)
            for element in range(option_starts[option], option_starts[option + 1]):
                best = keys[elements[element]]
                for index in range(elements[element] + 1, elements[element + 1]):
                    if shares[keys[index]] < shares[best]:
                        best = keys[index]
                rarest[element] = best
                share += shares[best]
            if share < least:
                least = share
                chosen[rule] = option
        least = np.float32(1)
        for option in range(option_rules[rule], option_rules[rule + 1]):
            if option == chosen[rule] or option_starts[option + 1] - option_starts[option] != 1:
                continue
            key = rarest[option_starts[option]]
            share = shares[key]
            if option_sources[option] == option_sources[chosen[rule]]:
                share = max(share, _SAME_TERM)
            if share < least:
                least = share
                guards[rule] = key
    return chosen, guards, rarest


@jit
def _postings(chosen: Any, guards: Any, programs: Any, option_starts: Any, rarest: Any, keys: int) -> Any:
    """Return the postings of every key; a rule with no option is under the key that every article has."""
    starts = np.zeros(keys + 1, np.int32)
    for rule in range(len(chosen)):
        option = chosen[rule]
        if option < 0:
            starts[ALWAYS + 1] += 1
        else:
            for element in range(option_starts[option], option_starts[option + 1]):
                starts[rarest[element] + 1] += 1
    for key in range(keys):
        starts[key + 1] += starts[key]
    nexts = starts.copy()
    postings = np.empty(POSTING * starts[keys], np.int32)
    for rule in range(len(chosen)):
        option = chosen[rule]
        first = option_starts[option] if option >= 0 else 0
        last = option_starts[option + 1] if option >= 0 else 1
        for element in range(first, last):
            key = rarest[element] if option >= 0 else ALWAYS
            place = nexts[key]
            nexts[key] += 1
            postings[POSTING * place] = rule if last - first == 1 else -1 - rule
            postings[POSTING * place + 1] = guards[rule]
            postings[POSTING * place + 2] = programs[rule]
    return starts, postings
