"""Rules whose programs are compiled, as flat arrays.

A segment never changes. Segments are merged by putting their arrays one after the other: nothing is compiled again, and
nothing is done for each rule in Python, where it would hold up who matches.
"""

from array import array
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wirewatch.kernels.jit import jit
from wirewatch.kernels.views import row_of
from wirewatch.matching.compiled.instructions import Program
from wirewatch.matching.compiled.tables import Ints
from wirewatch.rule import Rule

__all__ = ["Bytes", "Segment", "gathered", "joined", "merged", "picked", "segment_of"]

Bytes = npt.NDArray[np.uint8]
Rules = npt.NDArray[np.object_]
"""Of `Rule`: an array, since to take a few of a million from a tuple takes twice as long."""

_AT_ONCE = 4096
"""Rules that are taken while nobody else can do anything in Python."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Some rules. In `code` the program of rule r begins at `programs[r]` and has `sizes[r]` numbers.

    Its options are `option_starts[option_rules[r]:option_rules[r + 1]]`, each where its elements begin in `elements`,
    which has where their keys begin in `keys`; these arrays of starts have one entry more than what they are about.

    `ids` are the hashes of the rules' ids.
    """

    rules: Rules
    ids: npt.NDArray[np.int64]
    programs: Ints
    sizes: Ints
    code: Ints
    option_rules: Ints
    option_starts: Ints
    option_sources: Ints
    elements: Ints
    keys: Ints

    def __len__(self) -> int:
        return len(self.rules)

    def numbers_of(self, rule_ids: AbstractSet[str]) -> list[int]:
        """Return where in `rules` those with these ids are."""
        hashes = np.array([hash(rule_id) for rule_id in rule_ids], np.int64)
        found = np.flatnonzero(self.ids == hashes[0] if len(hashes) == 1 else np.isin(self.ids, hashes))
        return [number for number in found.tolist() if self.rules[number].id in rule_ids]


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
    numbers = np.array(sizes, np.int32)
    return Segment(
        _array(rules),
        np.array([hash(rule.id) for rule in rules], np.int64),
        _starts(numbers)[:-1],
        numbers,
        np.array(code, np.int32),
        _starts(option_numbers),
        _starts(option_sizes),
        np.array(sources, np.int32),
        _starts(element_sizes),
        np.array(keys, np.int32),
    )


def joined(segments: Sequence[Segment]) -> Rules:
    """Return the rules of all segments, for `merged`; one thread at a time, since they share room."""
    rules = segments[0].rules
    for segment in segments[1:]:
        rules = _put_after(rules, segment.rules)
    return rules


def merged(segments: Sequence[Segment], rules: Rules) -> Segment:
    """Return one segment of several, whose rules are `joined`."""
    before = np.cumsum([0] + [len(segment.code) for segment in segments[:-1]]).astype(np.int32)
    return Segment(
        rules,
        np.concatenate([segment.ids for segment in segments]),
        np.concatenate([segment.programs + start for segment, start in zip(segments, before, strict=True)]),
        np.concatenate([segment.sizes for segment in segments]),
        np.concatenate([segment.code for segment in segments]),
        _starts(np.concatenate([np.diff(segment.option_rules) for segment in segments])),
        _starts(np.concatenate([np.diff(segment.option_starts) for segment in segments])),
        np.concatenate([segment.option_sources for segment in segments]),
        _starts(np.concatenate([np.diff(segment.elements) for segment in segments])),
        np.concatenate([segment.keys for segment in segments]),
    )


def picked(segment: Segment, order: Ints) -> Segment:
    """Return the segment of the rules with these numbers, each at most once, in this order."""
    programs, code = gathered(segment.programs, segment.sizes, segment.code, order)
    option_rules, options = _of(segment.option_rules, _counted(segment.option_sources), order)
    option_starts, elements = _of(segment.option_starts, _counted(segment.elements[1:]), options)
    element_starts, keys = _of(segment.elements, segment.keys, elements)
    return Segment(
        _taken(segment.rules, order),
        segment.ids[order],
        programs[:-1],
        segment.sizes[order],
        code,
        option_rules,
        option_starts,
        segment.option_sources[options],
        element_starts,
        keys,
    )


def _counted(values: Ints) -> Ints:
    return np.arange(len(values), dtype=np.int32)


def _of(starts: Ints, values: Ints, order: Ints) -> tuple[Ints, Ints]:
    return gathered(starts[:-1], np.diff(starts), values, order)


def gathered(starts: Ints, sizes: Ints, values: Ints, order: Ints) -> tuple[Ints, Ints]:
    """Return where the values of those in `order` begin among theirs alone, and these values."""
    picked_starts = _starts(sizes[order])
    picked_values = np.empty(picked_starts[-1], np.int32)
    _pick(starts[order], values, picked_starts, picked_values)
    return picked_starts, picked_values


@jit
def _pick(starts: Any, values: Any, picked_starts: Any, picked: Any) -> None:
    starts, values, picked_starts, picked = row_of(starts), row_of(values), row_of(picked_starts), row_of(picked)
    for index in range(len(starts)):
        for offset in range(picked_starts[index + 1] - picked_starts[index]):
            picked[picked_starts[index] + offset] = values[starts[index] + offset]


def _array(rules: Sequence[Rule]) -> Rules:
    array_of_rules = np.empty(len(rules), object)
    _fill(array_of_rules, rules)
    return array_of_rules


def _taken(rules: Rules, order: Ints) -> Rules:
    taken = np.empty(len(order), object)
    for start in range(0, len(order), _AT_ONCE):
        taken[start : start + _AT_ONCE] = rules[order[start : start + _AT_ONCE]]
    return taken


def _put_after(rules: Rules, more: Rules) -> Rules:
    """Return `rules` and `more`, in the room that the former have, unless that is full or others stand there already.

    Those are of another index made from the same one.
    """
    used, needed = len(rules), len(rules) + len(more)
    room: Rules | None = rules.base
    if room is None or needed > len(room) or room[used] is not None:
        room = np.empty(needed + needed // 2, object)
        _fill(room[:used], rules)
    _fill(room[used:needed], more)
    return room[:needed]


def _fill(room: Rules, rules: Sequence[Rule] | Rules) -> None:
    for start in range(0, len(rules), _AT_ONCE):
        room[start : start + _AT_ONCE] = rules[start : start + _AT_ONCE]


def _starts(sizes: npt.ArrayLike) -> Ints:
    """Return where each of what has these sizes begins, and the end of the last."""
    return np.concatenate(([0], np.cumsum(sizes, dtype=np.int32)), dtype=np.int32)
