"""Queries as programs for the kernel: tests with jumps, all forward.

The operands of an AND or OR are tried in the order of what they cost, and words first, all in one instruction. Before
a test that needs to know sentences, paragraphs or the lead stands what can be tested without. Proximity inside
proximity that is too much for the kernel is such a test, followed by ASK.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from wirewatch.matching.compiled.arrangements import arrangement_of
from wirewatch.matching.compiled.effort import effort, phrases_of
from wirewatch.matching.compiled.flat import flat_program
from wirewatch.matching.compiled.instructions import ACCEPT, ASK, REJECT, Operation, Program, Zone, put_before
from wirewatch.matching.compiled.keys import Keys
from wirewatch.matching.compiled.phrases import Phrases
from wirewatch.query import (
    And,
    AtLeast,
    Compare,
    Comparison,
    FieldName,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Within,
    children_of,
)

__all__ = ["compile_query"]

_ZONES = {
    None: Zone.TEXT,
    FieldName.TITLE: Zone.TITLE,
    FieldName.BODY: Zone.BODY,
    FieldName.LEAD: Zone.LEAD,
    FieldName.SOURCE: Zone.SOURCE,
    FieldName.URL: Zone.URL,
    FieldName.AUTHOR: Zone.AUTHOR,
}
_COMPARISONS = {member: number for number, member in enumerate(Comparison)}

Element = tuple[int, ...]
"""Keys, each of which an article has if it has a certain part of a query."""
Option = tuple[Element, ...]
"""Elements: of an article that matches, one of them holds; so it has all keys of that one."""


def compile_query(query: Query, keys: Keys, phrases: Phrases) -> tuple[Program, bool]:
    """Return the program of a query, and whether it asks for more of an article than its title and body."""
    program = flat_program(query, phrases)
    if program is not None:
        return program, False
    compiler = _Compiler(keys, phrases)
    compiler.emit(query, None, ACCEPT, REJECT)
    program = Program(compiler.backwards[::-1], [], [], [], [])
    for option, source in compiler.options(query, None, negated=False):
        program.options.append(len(option))
        program.sources.append(source)
        for element in option:
            program.elements.append(len(element))
            program.keys.extend(element)
    return program, compiler.has_other_zones


_Options = list[tuple[Option, int]]


class _Compiler:
    """Writes a program, backwards."""

    def __init__(self, keys: Keys, phrases: Phrases) -> None:
        self._keys = keys
        self._phrases = phrases
        self.backwards: list[int] = []
        self._sources = 0
        self.has_other_zones = False

    def emit(self, query: Query, name: FieldName | None, yes: int, no: int) -> int:  # noqa: PLR0911 - a case a node
        """Put the test of `query` before what is there, with where to go after it; return its place."""
        match query:
            case Or():
                return self._any(_flat(query, Or), name, yes, no)
            case And():
                return self._all(_flat(query, And), name, yes, no)
            case Phrase():
                return self._phrase(query, name, yes, no)
            case Not():
                return self.emit(query.operand, name, no, yes)
            case Named():
                return self.emit(query.operand, name, yes, no)
            case InField():
                return self.emit(query.operand, query.name, yes, no)
            case Near() | Within():
                return self._near(query, name, yes, no)
            case AtLeast():
                return self._at_least(query, name, yes, no)
            case Compare(comparison, value):
                number = value.toordinal() if isinstance(value, date) else value
                return self._instruction(
                    Operation.COMPARE, [isinstance(value, int), _COMPARISONS[comparison], number], yes, no
                )

    def options(self, query: Query, name: FieldName | None, *, negated: bool) -> _Options:  # noqa: PLR0911 - the same
        """Return what an article must have for `query` (or, if negated, its opposite) to have a chance."""
        match query:
            case Phrase() if not negated:
                self._sources += 1
                return [(((key,),), self._sources) for key in self._keys_of(query, name)]
            case Or() if not negated and (keys := self._keys_of_all(query.operands, name)):  # as below, but quicker
                self._sources += 1
                return [(tuple(keys), self._sources)]
            case And() | Or():
                of_operands = [self.options(each, name, negated=negated) for each in query.operands]
                if isinstance(query, And) is not negated:
                    return [*chain.from_iterable(of_operands)]
                return self._either(of_operands)
            case Not():
                return self.options(query.operand, name, negated=not negated)
            case Named():
                return self.options(query.operand, name, negated=negated)
            case InField():
                return self.options(query.operand, query.name, negated=negated)
            case AtLeast() if not negated:
                return self.options(query.operand, name, negated=False)
            case Near() | Within() if not negated:
                return [option for each in children_of(query) for option in self.options(each, name, negated=False)]
            case _:
                return []

    def _keys_of_all(self, operands: Iterable[Query], name: FieldName | None) -> dict[Element, None]:
        """Return the keys of each of `operands`, if all are phrases."""
        found: dict[Element, None] = {}
        for each in operands:
            if type(each) is not Phrase:
                return {}
            found[self._keys_of(each, name)] = None
        return found

    def _either(self, of_operands: list[_Options]) -> _Options:
        if not all(of_operands):
            return []
        self._sources += 1
        elements = [element for options in of_operands for element in self._elements(options)]
        return [(tuple(dict.fromkeys(elements)), self._sources)]

    def _elements(self, options: _Options) -> Option:
        """Return what must be there for one operand of an OR: one element with all its words, where it has any."""
        words = [element for option, _ in options if len(option) == 1 for element in option]
        if words:
            return (tuple(dict.fromkeys(key for element in words for key in element)),)
        return min((option for option, _ in options), key=self._cost)

    def _cost(self, option: Option) -> float:
        return sum(min(self._keys.shares[key] for key in element) for element in option)

    def _all(self, operands: Sequence[Query], name: FieldName | None, yes: int, no: int) -> int:
        words, phrases, rest = self._sorted(operands, name)
        others = [*phrases, *rest]
        if len(others) > 1:
            others.sort(key=effort, reverse=True)
        for operand in others:
            yes = self.emit(operand, name, yes, no)
        return self._instruction(Operation.ALL_KEYS, words, yes, no) if words else yes

    def _any(self, operands: Sequence[Query], name: FieldName | None, yes: int, no: int) -> int:
        words, phrases, rest = self._sorted(operands, name)
        for operand in reversed(rest):
            no = self.emit(operand, name, yes, no)
        if phrases:
            no = self._instruction(Operation.ANY_PHRASE, [Zone.TEXT, *self._arguments(phrases)], yes, no)
        return self._instruction(Operation.ANY_KEY, words, yes, no) if words else no

    def _sorted(self, operands: Sequence[Query], name: FieldName | None) -> tuple[list[int], list[Phrase], list[Query]]:
        """Return the keys that say by themselves whether an operand holds, phrases of the text, and others by cost."""
        keys: dict[int, None] = {}
        phrases: list[Phrase] = []
        rest: list[Query] = []
        for operand in operands:
            if type(operand) is not Phrase:
                rest.append(operand)
            elif self._is_single(operand, name):
                keys[self._keys_of(operand, name)[0]] = None
            elif name is None:
                phrases.append(operand)
            else:
                rest.append(operand)
        if len(rest) > 1:
            rest.sort(key=effort)
        return [*keys], phrases, rest

    def _is_single(self, phrase: Phrase, name: FieldName | None) -> bool:
        return len(phrase.slots) == 1 if name is None else _is_fact(name)

    def _phrase(self, phrase: Phrase, name: FieldName | None, yes: int, no: int) -> int:
        if self._is_single(phrase, name):
            return self._instruction(Operation.ANY_KEY, [*self._keys_of(phrase, name)], yes, no)
        return self._test(Operation.ANY_PHRASE, name, self._arguments([phrase]), yes, no)

    def _near(self, query: Near | Within, name: FieldName | None, yes: int, no: int) -> int:
        left, right = phrases_of(query.left), phrases_of(query.right)
        if not isinstance(query, Near) or left is None or right is None:
            return self._arranged(query, 1, name, yes, no)
        lefts, rights = self._arguments(left), self._arguments(right)
        arguments = [query.distance, query.ordered, len(lefts), *lefts, *rights]
        return self._test(Operation.NEAR, name, arguments, yes, no)

    def _at_least(self, query: AtLeast, name: FieldName | None, yes: int, no: int) -> int:
        operand = phrases_of(query.operand)
        if operand is None:
            return self._arranged(query.operand, query.count, name, yes, no)
        return self._test(Operation.AT_LEAST, name, [query.count, *self._arguments(operand)], yes, no)

    def _arranged(self, query: Query, count: int, name: FieldName | None, yes: int, no: int) -> int:
        """Emit the test of `count` matches of `query`, in which there are proximities."""
        arrangement = arrangement_of(query)
        if arrangement is None:
            return self._possibly(query, name, ASK, no)
        arguments = [count, len(arrangement.groups)]
        for group in arrangement.groups:
            phrases = self._arguments(group)
            arguments += [len(group[0].slots), len(phrases), *phrases]
        arguments += arrangement.code
        if not arrangement.has_units:
            return self._test(Operation.ARRANGED, name, arguments, yes, no)
        place = self._instruction(Operation.ARRANGED, [self._zone(name), *arguments], yes, no)
        return self._possibly(query, FieldName.BODY if name is FieldName.LEAD else name, self._units(place), no)

    def _possibly(self, query: Query, name: FieldName | None, yes: int, no: int) -> int:
        """Emit the test of the operands of `query` by themselves, with where to go if all of them hold."""
        if not isinstance(query, Near | Within):
            return self.emit(query, name, yes, no)
        return self.emit(query.left, name, self.emit(query.right, name, yes, no), no)

    def _test(self, operation: int, name: FieldName | None, arguments: list[int], yes: int, no: int) -> int:
        """Emit a test of a field; of a lead after that of the body, which can be told without knowing where it ends."""
        place = self._instruction(operation, [self._zone(name), *arguments], yes, no)
        if name is not FieldName.LEAD:
            return place
        return self._instruction(operation, [Zone.BODY, *arguments], self._units(place), no)

    def _units(self, place: int) -> int:
        return self._instruction(Operation.UNITS, [], place, place)

    def _instruction(self, operation: int, arguments: list[int], yes: int, no: int) -> int:
        return put_before(self.backwards, operation, arguments, yes, no)

    def _keys_of(self, phrase: Phrase, name: FieldName | None) -> tuple[int, ...]:
        if name is not None and _is_fact(name):
            return (self._keys.of_fact(name, phrase),)
        return self._phrases.of(phrase).keys

    def _arguments(self, phrases: Iterable[Phrase]) -> list[int]:
        """Return the two numbers of each phrase, each phrase once."""
        found: dict[int, int] = {}
        for phrase in phrases:
            _, number, rarest = self._phrases.of(phrase)
            found[number] = rarest
        return [number for pair in found.items() for number in pair]

    def _zone(self, name: FieldName | None) -> int:
        zone = _ZONES[name]
        self.has_other_zones |= zone in {Zone.SOURCE, Zone.URL, Zone.AUTHOR}
        return zone


def _is_fact(name: FieldName | None) -> bool:
    return name is not None and (name.is_whole or name is FieldName.SITE)


def _flat(query: And | Or, kind: type[And] | type[Or]) -> list[Query]:
    found: list[Query] = []
    for operand in query.operands:
        inner = operand.operand if type(operand) is Named else operand
        if isinstance(inner, kind):
            found += _flat(inner, kind)
        else:
            found.append(inner)
    return found
