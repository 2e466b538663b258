"""Proximity of every kind as arrangements: what has to stand somewhere, and how two of those must stand to each other.

A leaf of a proximity is a term, a phrase or an OR of those; a match has one place for each of its leaves. All that is
asked of two places is that the one is not too early for the other: not before it has ended, not too far before it, not
in an earlier sentence. So where there are two answers, the earlier of their two places for each leaf is an answer too,
and there is one that is the earliest in all places. It is found by moving on what is too early until nothing is (see
`placing`). Nothing ever moves back, so that takes time linear in the text.

What is an OR by nature is tried way by way: which branch of an OR with proximity in it; which leaves of both sides of a
NEAR are the close ones; which of two leaves that may share a word comes first; and, since a phrase may stand inside a
longer one, of how many words the phrase of each leaf is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, permutations, product
from math import prod

from wirewatch.query import Form, Named, Near, Or, Phrase, Query, Unit, Within
from wirewatch.text import SYMBOLS

__all__ = ["APART", "BEFORE", "CLOSE", "GROUPS", "LEAVES", "SENTENCE", "SPOTS", "Arrangement", "arrangement_of"]

CLOSE, BEFORE, APART, SENTENCE, PARAGRAPH = range(5)
"""What is asked of two leaves: few places between, the first all before the second, either all before the other, in
the same sentence, in the same paragraph (of one leaf: all of it)."""

LEAVES = 8
GROUPS = 64
_TRIED = 1_000
"""Ways that are tried at most; what has more is left to those who have time."""
SPOTS = GROUPS + LEAVES * (2 + _TRIED)

_MOST_NUMBERS = 10_000
"""Of the code of an arrangement."""
_MOST_APART = 8
"""Pairs of leaves in a way that may share words."""
_RENAMINGS = 120
_HEAD = 3
"""Characters by which words are told from one another."""

_Constraint = tuple[int, int, int, int]
"""What, of which leaf and which, at most how many places between."""

_Form = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Way:
    leaves: tuple[int, ...]
    constraints: tuple[_Constraint, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`groups` of phrases, each of as many words; `code` has the ways to match; whether sentences or paragraphs matter.

    `code` is how much there is to try at most, the number of ways, then for each: how many leaves it has, how many
    constraints, how many orders; for each leaf its number, its first group and the one after its last; four numbers for
    each constraint; the orders.

    Of the leaves of the n-th constraint that is APART the second comes first where bit n of an order is 1. At -1 they
    may also share words: where that has no answer, no order has.
    """

    groups: list[list[Phrase]]
    code: list[int]
    has_units: bool


def arrangement_of(query: Query) -> Arrangement | None:
    """Return the arrangement of what proximity or ATLEAST may be asked of; None where there are too many ways."""
    reader = _Reader()
    ways = reader.ways(query)
    if ways is None or len(reader.groups) > GROUPS:
        return None
    code = [0, 0]
    for way in _different(ways, reader.phrases):
        orders = _orders(way)
        code[0] += prod(len(range(*reader.leaves[leaf])) for leaf in way.leaves) * len(orders)
        code[1] += 1
        if code[0] > _TRIED or not orders:
            return None
        code += [len(way.leaves), len(way.constraints), len(orders)]
        code += [number for leaf in way.leaves for number in (leaf, *reader.leaves[leaf])]
        code += [number for constraint in way.constraints for number in constraint]
        code += orders
    if len(code) > _MOST_NUMBERS:
        return None
    has_units = any(kind >= SENTENCE for way in ways for kind, *_ in way.constraints)
    return Arrangement(reader.groups, code, has_units)


class _Reader:
    """Reads a tree, counting its leaves."""

    def __init__(self) -> None:
        self.groups: list[list[Phrase]] = []
        self.leaves: list[tuple[int, int]] = []
        self.phrases: list[list[Phrase]] = []

    def ways(self, query: Query) -> list[_Way] | None:
        """Return the ways to match `query`, None where they are too many."""
        match query:
            case Near() | Within():
                lefts, rights = self.ways(query.left), self.ways(query.right)
                if lefts is None or rights is None:
                    return None
                found: list[_Way] = []
                for left, right in product(lefts, rights):
                    found += self._joined(query, left, right)
                    if len(found) > _TRIED:
                        return None
                return found
            case _:
                return self._either(query)

    def _either(self, query: Query) -> list[_Way] | None:
        phrases, others = [], []
        for operand in _operands(query):
            if isinstance(operand, Phrase):
                phrases.append(operand)
            else:
                others.append(operand)
        found = [self._leaf(phrases)] if phrases else []
        for operand in others:
            ways = self.ways(operand)
            if ways is None:
                return None
            found += ways
        return found if len(self.leaves) <= LEAVES else None

    def _leaf(self, phrases: list[Phrase]) -> _Way:
        first = len(self.groups)
        for size in sorted({len(phrase.slots) for phrase in phrases}):
            self.groups.append([phrase for phrase in phrases if len(phrase.slots) == size])
        self.leaves.append((first, len(self.groups)))
        self.phrases.append(phrases)
        return _Way((len(self.leaves) - 1,), ())

    def _joined(self, query: Near | Within, left: _Way, right: _Way) -> Iterator[_Way]:
        leaves = left.leaves + right.leaves
        constraints = left.constraints + right.constraints
        if isinstance(query, Near) and query.ordered:
            lasts, firsts = _ends(left, is_last=True), _ends(right, is_last=False)
            constraints += tuple((BEFORE, one, other, 0) for one, other in product(lasts, firsts))
        else:
            lasts, firsts = list(left.leaves), list(right.leaves)
            pairs = [(one, other) for one, other in product(lasts, firsts) if self._may_meet(one, other)]
            constraints += tuple((APART, one, other, 0) for one, other in pairs)
        if isinstance(query, Within):
            unit = SENTENCE if query.unit is Unit.SENTENCE else PARAGRAPH
            same = [(unit, leaves[0], leaf, 0) for leaf in leaves[1:]]
            whole = [(unit, leaf, leaf, 0) for leaf in leaves if self._is_long(leaf)]
            yield _Way(leaves, (*constraints, *whole, *same))
            return
        for one, other in product(lasts, firsts):
            yield _Way(leaves, (*constraints, (CLOSE, one, other, query.distance)))

    def _is_long(self, leaf: int) -> bool:
        return any(len(phrase.slots) > 1 for phrase in self.phrases[leaf])

    def _may_meet(self, one: int, other: int) -> bool:
        """Say whether a phrase of one leaf may have a word in common with one of the other in some text."""
        return _may_meet(self.phrases[one], self.phrases[other])


def _orders(way: _Way) -> list[int]:
    """Return the orders to try, none where they are too many; not those in which leaves go round in a circle."""
    before = {(one, other) for kind, one, other, _ in way.constraints if kind == BEFORE}
    apart = [(one, other) for kind, one, other, _ in way.constraints if kind == APART]
    if not apart:
        return [0]
    if len(apart) > _MOST_APART:
        return []
    turned = [
        [pair[::-1] if order >> number & 1 else pair for number, pair in enumerate(apart)]
        for order in range(1 << len(apart))
    ]
    return [-1, *(order for order, pairs in enumerate(turned) if _is_order(before.union(pairs)))]


def _is_order(pairs: set[tuple[int, int]]) -> bool:
    """Say whether each first of `pairs` can come before its second."""
    while pairs:
        later = {other for _, other in pairs}
        rest = {(one, other) for one, other in pairs if one in later}
        if len(rest) == len(pairs):
            return False
        pairs = rest
    return True


def _different(ways: list[_Way], phrases: list[list[Phrase]]) -> list[_Way]:
    """Return the ways that are not the same as others but for which of two leaves of the same phrases is which.

    Where in a way two of those are alike, it does not matter which of them comes first, so one does.
    """
    alike = {leaf: [other for other, same in enumerate(phrases) if same == mine] for leaf, mine in enumerate(phrases)}
    if all(len(leaves) == 1 for leaves in alike.values()):
        return ways
    found: dict[_Form, _Way] = {}
    for way in ways:
        classes = {tuple(leaf for leaf in alike[each] if leaf in way.leaves) for each in way.leaves}
        renamings = islice(product(*[permutations(leaves) for leaves in classes]), _RENAMINGS)
        names = [dict(zip(chain(*classes), chain(*renamed), strict=True)) for renamed in renamings]
        forms = [_form(way, each) for each in names]
        found.setdefault(min(forms), way)
    return [_with_order(way, alike) for way in found.values()]


def _with_order(way: _Way, alike: dict[int, list[int]]) -> _Way:
    """Return `way` with one leaf before another, instead of apart, where they may be exchanged for one another."""
    same = {leaf: leaf for leaf in way.leaves}
    form = _form(way, same)
    constraints = [
        (BEFORE, min(one, other), max(one, other), 0)
        if kind == APART and other in alike[one] and _form(way, same | {one: other, other: one}) == form
        else (kind, one, other, most)
        for kind, one, other, most in way.constraints
    ]
    return _Way(way.leaves, tuple(constraints))


def _form(way: _Way, names: dict[int, int]) -> _Form:
    """Return what `way` asks for, in one order, with other names for its leaves."""
    units: dict[tuple[int, int], set[int]] = {}
    form: list[tuple[int, ...]] = []
    for kind, one, other, most in way.constraints:
        if kind < SENTENCE:
            pair = (names[one], names[other])
            form.append((kind, most, *(pair if kind == BEFORE else sorted(pair))))
        else:
            units.setdefault((kind, one), set()).update((names[one], names[other]))
    form += [
        (kind, *sorted(leaves))
        for (kind, _), leaves in units.items()
        if not any(kind == other and leaves < larger for (other, _), larger in units.items())
    ]
    return tuple(sorted(form))


def _ends(way: _Way, *, is_last: bool) -> list[int]:
    """Return the leaves that may be the last (or first) of a way."""
    inner = {(one if is_last else other) for kind, one, other, _ in way.constraints if kind == BEFORE}
    return [leaf for leaf in way.leaves if leaf not in inner]


def _operands(query: Query) -> Iterator[Query]:
    """Yield what may stand for `query`, lists and ORs in one another taken apart."""
    match query:
        case Named():
            yield from _operands(query.operand)
        case Or(operands):
            for operand in operands:
                yield from _operands(operand)
        case _:
            yield query


def _may_meet(left: Sequence[Phrase], right: Sequence[Phrase]) -> bool:
    terms, heads = _asked(left)
    other_terms, other_heads = _asked(right)
    if not terms.isdisjoint(other_terms):
        return True
    return _may_begin(heads, other_heads | {term[:_HEAD] for term in other_terms}) or _may_begin(
        other_heads, {term[:_HEAD] for term in terms}
    )


def _may_begin(heads: Iterable[str], others: Iterable[str]) -> bool:
    return any(one.startswith(other) or other.startswith(one) for one, other in product(heads, others))


def _asked(phrases: Iterable[Phrase]) -> tuple[set[str], set[str]]:
    """Return the terms of the words of phrases; of those that may stand for several, how all of these begin."""
    terms: set[str] = set()
    heads: set[str] = set()
    for slot in {slot for phrase in phrases for slot in phrase.slots}:
        term = slot.term.lstrip(SYMBOLS)
        if slot.form is Form.INFLECTED:
            heads.add("")
        elif slot.is_wild:
            heads.add(re.split("[*?]", term[:_HEAD], maxsplit=1)[0])
        else:
            terms.add(term)
    return terms, heads
