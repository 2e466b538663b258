"""What stands close together: the matches of NEAR, BEFORE, SENTENCE, PARAGRAPH, and how often something occurs.

A match is the words it is made of: one stretch of positions for a term or phrase, several for a proximity. Two matches
never share a word. Between them lie the tokens between their closest words, so the operands of a nested proximity may
stand inside one another: `(Japan NEAR Korea) NEAR defense` is met by "Japan's defense talks with Korea". With BEFORE
all of the first match comes before all of the second.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import islice

from wirewatch.matching.part import Part, Span
from wirewatch.query import Named, Near, Or, Phrase, Query, Within

__all__ = ["Found", "count", "found", "is_met", "taking_part"]

Found = tuple[Span, ...]
"""A match: the stretches of its words, in order."""

_MOST_MATCHES = 100_000
"""Matches of a nested proximity that are looked at in one part; more arise only where nobody wrote to be read."""


def found(query: Query, part: Part) -> list[Found]:
    """Return the different matches of an operand of a proximity, by where they begin."""
    match query:
        case Phrase():
            return [(span,) for span in part.spans(query)]
        case Named():
            return found(query.operand, part)
        case Or():
            terms = part.terms()
            likely = [operand for operand in query.operands if _may_stand(operand, terms)]  # of hundreds, a few
            return sorted({match for operand in likely for match in found(operand, part)})
        case Near() | Within():
            partners = _Partners(query, part)
            pairs = ((one, other) for one in partners.lefts for other in partners.of_left(one))
            return sorted({tuple(sorted(one + other)) for one, other in islice(pairs, _MOST_MATCHES)})
        case _:
            raise TypeError(f"{type(query).__name__} has no place in a text")


def _may_stand(query: Query, terms: AbstractSet[str]) -> bool:
    """Say whether a query may stand in a part with these terms: a plain phrase needs its first."""
    return not (isinstance(query, Phrase) and query.is_plain) or query.terms[0] in terms


def is_met(query: Near | Within, part: Part) -> bool:
    """Say whether there is a match, without working out all of them."""
    partners = _Partners(query, part)
    return any(True for one in partners.lefts for _ in partners.of_left(one))


def taking_part(query: Near | Within, part: Part) -> Iterator[Span]:
    """Yield the words of every match, some perhaps more than once."""
    partners = _Partners(query, part)
    for one in partners.lefts:
        if any(True for _ in partners.of_left(one)):
            yield from one
    for one in partners.rights:
        if any(True for _ in partners.of_right(one)):
            yield from one


def count(matches: list[Found]) -> int:
    """Return how often something occurs: its matches that don't overlap, so that each word counts once."""
    number, end = 0, -1
    for match in sorted(matches, key=_last):
        if match[0][0] > end:
            number += 1
            end = _last(match)
    return number


class _Partners:
    """The matches of both operands, and for each the matches of the other operand that it makes a match with."""

    def __init__(self, query: Near | Within, part: Part) -> None:
        self._query = query
        self.lefts = found(query.left, part)
        self.rights = found(query.right, part) if self.lefts else []
        self._left_table = _Table(self.lefts)
        self._right_table = _Table(self.rights)
        self._units = part.units(query.unit) if isinstance(query, Within) and self.rights else []

    def of_left(self, one: Found) -> Iterator[Found]:
        """Yield the right operand's matches that `one` of the left makes a match with."""
        ordered = isinstance(self._query, Near) and self._query.ordered
        for other in self._candidates(one, self._right_table):
            if _is_match(self._query, one, other) and not (ordered and other[0][0] <= _last(one)):
                yield other

    def of_right(self, one: Found) -> Iterator[Found]:
        """Yield the left operand's matches that `one` of the right makes a match with."""
        ordered = isinstance(self._query, Near) and self._query.ordered
        for other in self._candidates(one, self._left_table):
            if _is_match(self._query, one, other) and not (ordered and one[0][0] <= _last(other)):
                yield other

    def _candidates(self, one: Found, table: "_Table") -> Iterator[Found]:
        if not self.rights:
            return iter(())
        first, last = one[0][0], _last(one)
        if isinstance(self._query, Near):
            reach = self._query.distance + 1
            return table.between(first - reach, last + reach)
        unit = self._units[first]
        if self._units[last] != unit:
            return iter(())
        return (
            other
            for other in table.between(bisect_left(self._units, unit), bisect_right(self._units, unit) - 1)
            if self._units[other[0][0]] == self._units[_last(other)] == unit
        )


class _Table:
    """Matches by where they begin."""

    def __init__(self, matches: list[Found]) -> None:
        self._matches = matches
        self._starts = [match[0][0] for match in matches]
        self._longest = max((_last(match) - match[0][0] for match in matches), default=0)

    def between(self, first: int, last: int) -> Iterator[Found]:
        """Yield the matches that reach into positions `first` to `last`."""
        begin = bisect_left(self._starts, first - self._longest)
        for index in range(begin, bisect_right(self._starts, last)):
            if _last(self._matches[index]) >= first:
                yield self._matches[index]


def _is_match(query: Near | Within, one: Found, other: Found) -> bool:
    between = _between(one, other)
    return between >= 0 and (isinstance(query, Within) or between <= query.distance)


def _between(one: Found, other: Found) -> int:
    """Return the number of tokens between the closest words; negative where a word is shared."""
    return (
        min(max(start - end_before, start_before - end) for start_before, end_before in one for start, end in other) - 1
    )


def _last(match: Found) -> int:
    return match[-1][1] if len(match) == 1 else max(end for _, end in match)
