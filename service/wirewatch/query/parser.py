"""From the text of a query to its tree, by recursive descent: one function for each level of precedence."""

from collections.abc import Mapping
from difflib import get_close_matches

from wirewatch.query.errors import QueryError
from wirewatch.query.lexer import Kind, Lexeme, lexemes
from wirewatch.query.limits import MAX_DEPTH, check_length, check_terms, check_tree_depth, terms_in
from wirewatch.query.missing import missing_operand, unexpected_operand
from wirewatch.query.operands import check_in_field, check_operand
from wirewatch.query.tree import (
    And,
    AtLeast,
    Compare,
    FieldName,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Span,
    Unit,
    Within,
)

__all__ = ["Lists", "Reader"]

Lists = Mapping[str, Query | QueryError]
"""The tree of each named list, or what is wrong with it."""

_DEFAULT_DISTANCE = 10

# Python 3.11 looks a member up ten times as slowly as a name, and every operand asks for some.
_END, _CLOSE, _LOGIC, _PROXIMITY, _AT_LEAST, _WORD = (
    Kind.END,
    Kind.CLOSE,
    Kind.LOGIC,
    Kind.PROXIMITY,
    Kind.AT_LEAST,
    Kind.WORD,
)


class Reader:
    """Where the parser is in its text: the next piece, how deep it is, how many terms there were.

    `bare_phrases` and `mixed` (an AND that stands in an OR without parentheses) are noted for who looks for mistakes.
    """

    def __init__(self, text: str, lists: Lists) -> None:
        check_length(text)
        self.bare_phrases: list[list[Lexeme]] = []
        self.mixed: list[Query] = []
        self._text = text
        self._lists = lists
        self._lexemes = lexemes(text)
        self._next = 0
        self._depth = 0
        self._terms = 0
        self._ungrouped: Query | None = None

    def query(self) -> Query:
        """Read all of the text.

        Raises:
            QueryError: it can't be understood, or is too large.
        """
        if self._peek().kind is _END:
            raise self._error((0, len(self._text)), "an empty query", "write at least one word")
        query = self._or()
        left = self._peek()
        if left.kind is _CLOSE:
            raise self._error(
                left.span, "a closing parenthesis without an opening one", "take it out, or open one before"
            )
        check_tree_depth(self._text, query)
        return query

    def _or(self) -> Query:
        operands = [self._and()]
        mixed = [self._ungrouped]
        while self._takes("OR"):
            operands.append(self._and())
            mixed.append(self._ungrouped)
        if len(operands) == 1:
            return operands[0]
        self.mixed += [query for query in mixed if query is not None]
        return Or(tuple(operands), _covering(operands))

    def _and(self) -> Query:
        operands = [self._not()]
        lexeme = self._peek()
        while lexeme.kind is _LOGIC and lexeme.text != "OR":
            self._next += lexeme.text == "AND"
            operands.append(self._not())
            lexeme = self._peek()
        if not (lexeme.kind is _LOGIC or lexeme.kind is _CLOSE or lexeme.kind is _END):
            raise unexpected_operand(self._text, self._lexemes, self._next)
        if len(operands) == 1:
            self._ungrouped = None
            return operands[0]
        self._ungrouped = And(tuple(operands), _covering(operands))
        return self._ungrouped

    def _not(self) -> Query:
        if self._peek().kind is not _LOGIC:
            return self._at_least()
        starts = []
        while self._at("NOT"):
            starts.append(self._peek().span)
            self._enter()
            self._next += 1
        query = self._at_least()
        for start in reversed(starts):
            query = Not(query, (start[0], query.span[1]))
        self._depth -= len(starts)
        return query

    def _at_least(self) -> Query:
        operator = self._peek()
        if operator.kind is not _AT_LEAST:
            return self._proximity()
        self._next += 1
        operand = self._proximity()
        check_operand(self._text, operand, f"ATLEAST/{operator.number}")
        return AtLeast(operand, operator.number or 1, (operator.span[0], operand.span[1]))

    def _proximity(self) -> Query:
        query = self._operand()
        while self._peek().kind is _PROXIMITY:
            operator = self._peek()
            self._next += 1
            self._refuse_loose_number(operator)
            right = self._operand()
            name = operator.text if operator.number is None else f"{operator.text}/{operator.number}"
            check_operand(self._text, query, name)
            check_operand(self._text, right, name)
            query = _near(operator, query, right)
        return query

    def _operand(self) -> Query:
        lexeme = self._peek()
        if lexeme.kind is _WORD:  # by far the most
            return self._phrase(self._bare_words())
        match lexeme.kind:
            case Kind.OPEN:
                return self._group()
            case Kind.QUOTED:
                self._next += 1
                return self._phrase([lexeme])
            case Kind.FIELD:
                return self._in_field()
            case Kind.LIST:
                return self._list()
            case Kind.COMPARE:
                self._next += 1
                self._count(1, lexeme.span)
                return Compare(lexeme.comparison, lexeme.value, lexeme.span)
            case _:
                raise missing_operand(self._text, self._lexemes, self._next)

    def _group(self) -> Query:
        opening = self._peek()
        self._enter()
        self._next += 1
        if self._peek().kind is _CLOSE:
            span = (opening.span[0], self._peek().span[1])
            raise self._error(span, "an empty group", "write a term between the parentheses, or take them out")
        query = self._or()
        if self._peek().kind is not _CLOSE:
            raise self._error(opening.span, "this parenthesis is never closed", "add a ) where the group ends")
        self._next += 1
        self._depth -= 1
        self._ungrouped = None
        return query

    def _in_field(self) -> Query:
        lexeme = self._peek()
        self._next += 1
        if self._peek().kind not in {Kind.OPEN, Kind.QUOTED, Kind.WORD, Kind.LIST}:
            raise missing_operand(self._text, self._lexemes, self._next)
        operand = self._operand()
        name = FieldName(lexeme.text)
        check_in_field(self._text, operand, name)
        return InField(name, operand, (lexeme.span[0], operand.span[1]))

    def _list(self) -> Query:
        lexeme = self._peek()
        operand = self._lists.get(lexeme.text)
        if operand is None:
            near = get_close_matches(lexeme.text, self._lists, n=1)
            known = f"did you mean ${near[0]}?" if near else "define it under lists."
            hint = f'{known} "${lexeme.text}" in quotes is searched for as a word'
            raise self._error(lexeme.span, f"no list is named ${lexeme.text}", hint)
        if isinstance(operand, QueryError):
            raise self._error(lexeme.span, f"the list ${lexeme.text} has an error of its own", operand.message)
        self._next += 1
        self._count(terms_in(operand), lexeme.span)
        return Named(lexeme.text, operand, lexeme.span)

    def _bare_words(self) -> list[Lexeme]:
        words = []
        while (lexeme := self._peek()).kind is _WORD:
            words.append(lexeme)
            self._next += 1
        if len(words) > 1:
            self.bare_phrases.append(words)
        return words

    def _phrase(self, pieces: list[Lexeme]) -> Phrase:
        span = (pieces[0].span[0], pieces[-1].span[1])
        words = pieces[0].words if len(pieces) == 1 else tuple([word for piece in pieces for word in piece.words])
        phrase = Phrase(words, span)
        if not phrase.words:
            raise self._error(span, "an empty phrase", "write a word between the quotes, or take them out")
        if not phrase.slots:
            raise self._error(span, "no letter or digit to search for", "write a word with letters or digits")
        self._count(len(phrase.slots), span)
        return phrase

    def _count(self, terms: int, span: Span) -> None:
        self._terms += terms
        check_terms(self._text, self._terms, span)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            hint = "write it flatter, or split it"
            raise self._error(self._peek().span, f"over {MAX_DEPTH} levels of parentheses and NOT", hint)

    def _refuse_loose_number(self, operator: Lexeme) -> None:
        following = self._peek()
        if operator.text in Unit.__members__ or operator.number is not None:
            return
        if following.kind is _WORD and following.text.isdecimal():
            span = (operator.span[0], following.span[1])
            hint = f'write {operator.text}/{following.text}, or "{following.text}" to search for the number'
            raise self._error(span, f"a distance is not written {operator.text} {following.text} here", hint)

    def _peek(self) -> Lexeme:
        return self._lexemes[self._next]

    def _at(self, operator: str) -> bool:
        lexeme = self._peek()
        return lexeme.kind is _LOGIC and lexeme.text == operator

    def _takes(self, operator: str) -> bool:
        is_there = self._at(operator)
        self._next += is_there
        return is_there

    def _error(self, span: Span, message: str, hint: str) -> QueryError:
        return QueryError(self._text, span, message, hint)


def _near(operator: Lexeme, left: Query, right: Query) -> Near | Within:
    span = _covering([left, right])
    if operator.text in Unit.__members__:
        return Within(left, right, Unit(operator.text), span)
    return Near(left, right, operator.number or _DEFAULT_DISTANCE, operator.text == "BEFORE", span)


def _covering(operands: list[Query]) -> Span:
    return operands[0].span[0], operands[-1].span[1]
