"""From the text of a query to its tree, by recursive descent: one function for each level of precedence."""

from wirewatch.query.errors import QueryError
from wirewatch.query.lexer import Kind, Lexeme, lexemes
from wirewatch.query.tree import And, Not, Or, Phrase, Query, Span

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "MAX_TERMS", "parse"]

MAX_LENGTH = 10_000
"""Characters of a query."""
MAX_DEPTH = 64
"""Parentheses and NOTs inside one another."""
MAX_TERMS = 1_000
"""Terms of a query, those of phrases counted one by one."""


def parse(text: str) -> Query:
    """Return the tree of a query, in time linear in its length.

    Raises:
        QueryError: it can't be understood, is too large, or would match an article with none of its words.
    """
    if len(text) > MAX_LENGTH:
        over = (MAX_LENGTH, len(text))
        raise QueryError(text, over, f"a query of {len(text):,} characters; at most {MAX_LENGTH:,} are read", _SPLIT)
    query = _Parser(text).query()
    if _holds_without_words(query):
        raise QueryError(
            text,
            query.span,
            "this matches articles that contain none of its words, so it would alert on nearly everything",
            "add a term that must be there: term AND NOT ...",
        )
    return query


_SPLIT = "make several rules of it"
_TO_SEARCH = "put the word in quotes to search for it"


class _Parser:
    """Where the parser is in its text: the next piece, how deep it is, how many terms there were."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lexemes = lexemes(text)
        self._next = 0
        self._depth = 0
        self._terms = 0

    def query(self) -> Query:
        """Read all of the text."""
        if self._peek().kind is Kind.END:
            raise self._error((0, len(self._text)), "an empty query", "write at least one word")
        query = self._or()
        left = self._peek()
        if left.kind is Kind.CLOSE:
            raise self._error(
                left.span, "a closing parenthesis without an opening one", "take it out, or open one before"
            )
        return query

    def _or(self) -> Query:
        operands = [self._and()]
        while self._takes("OR"):
            operands.append(self._and())
        return operands[0] if len(operands) == 1 else Or(tuple(operands), _covering(operands))

    def _and(self) -> Query:
        operands = [self._not()]
        while self._takes("AND") or self._at("NOT"):
            operands.append(self._not())
        self._expect_operator()
        return operands[0] if len(operands) == 1 else And(tuple(operands), _covering(operands))

    def _not(self) -> Query:
        start = self._peek().span
        if not self._takes("NOT"):
            return self._operand()
        self._enter(start)
        operand = self._not()
        self._depth -= 1
        return Not(operand, (start[0], operand.span[1]))

    def _operand(self) -> Query:
        lexeme = self._peek()
        match lexeme.kind:
            case Kind.OPEN:
                return self._group()
            case Kind.QUOTED:
                self._next += 1
                return self._phrase([lexeme])
            case Kind.WORD:
                return self._phrase(self._bare_words())
            case _:
                raise self._missing_operand(lexeme)

    def _group(self) -> Query:
        opening = self._peek()
        self._enter(opening.span)
        self._next += 1
        if self._peek().kind is Kind.CLOSE:
            span = (opening.span[0], self._peek().span[1])
            raise self._error(span, "an empty group", "write a term between the parentheses, or take them out")
        query = self._or()
        if self._peek().kind is not Kind.CLOSE:
            raise self._error(opening.span, "this parenthesis is never closed", "add a ) where the group ends")
        self._next += 1
        self._depth -= 1
        return query

    def _bare_words(self) -> list[Lexeme]:
        words = []
        while self._peek().kind is Kind.WORD:
            words.append(self._peek())
            self._next += 1
        return words

    def _phrase(self, pieces: list[Lexeme]) -> Phrase:
        span = (pieces[0].span[0], pieces[-1].span[1])
        phrase = Phrase(tuple(word for piece in pieces for word in piece.words), span)
        if not phrase.words:
            raise self._error(span, "an empty phrase", "write a word between the quotes, or take them out")
        if not phrase.terms:
            raise self._error(span, "no letter or digit to search for", "write a word with letters or digits")
        self._terms += len(phrase.terms)
        if self._terms > MAX_TERMS:
            raise self._error(span, f"over {MAX_TERMS:,} terms", _SPLIT)
        return phrase

    def _enter(self, span: Span) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(span, f"over {MAX_DEPTH} levels of parentheses and NOT", "write it flatter, or split it")

    def _expect_operator(self) -> None:
        """Refuse an operand right after another: only bare words make a phrase without quotes around all of it."""
        lexeme = self._peek()
        if lexeme.kind in {Kind.WORD, Kind.QUOTED, Kind.OPEN}:
            hint = "write AND or OR before it"
            if lexeme.kind is not Kind.OPEN:
                hint += ", or put the whole phrase in one pair of quotes"
            raise self._error(lexeme.span, f"expected an operator before {lexeme.kind.value}", hint)

    def _missing_operand(self, lexeme: Lexeme) -> QueryError:
        before = self._lexemes[self._next - 1] if self._next else None
        if before is not None and before.kind is Kind.OPERATOR:
            return self._after_operator(before, lexeme)
        if lexeme.kind is Kind.OPERATOR:
            hint = f'write a term before {lexeme.text}, or {_TO_SEARCH}: "{lexeme.text}"'
            return self._error(lexeme.span, f"expected a term before {lexeme.text}", hint)
        if lexeme.kind is Kind.CLOSE:
            return self._error(lexeme.span, "a closing parenthesis without an opening one", "take it out")
        return self._error(lexeme.span, f"expected a term, found {lexeme.kind.value}", "write a word or a phrase")

    def _after_operator(self, operator: Lexeme, lexeme: Lexeme) -> QueryError:
        message = f"expected a term after {operator.text}"
        if lexeme.kind is not Kind.OPERATOR:
            span = operator.span if lexeme.kind is Kind.END else lexeme.span
            return self._error(span, message, f'write one, or {_TO_SEARCH}: "{operator.text}"')
        remove = f"remove one {lexeme.text}" if lexeme.text == operator.text else f"remove {lexeme.text}"
        return self._error(lexeme.span, message, f'{remove}, or {_TO_SEARCH}: "{lexeme.text}"')

    def _peek(self) -> Lexeme:
        return self._lexemes[self._next]

    def _at(self, operator: str) -> bool:
        lexeme = self._peek()
        return lexeme.kind is Kind.OPERATOR and lexeme.text == operator

    def _takes(self, operator: str) -> bool:
        is_there = self._at(operator)
        self._next += is_there
        return is_there

    def _error(self, span: Span, message: str, hint: str) -> QueryError:
        return QueryError(self._text, span, message, hint)


def _covering(operands: list[Query]) -> Span:
    return operands[0].span[0], operands[-1].span[1]


def _holds_without_words(query: Query) -> bool:
    """Say whether `query` holds when no phrase does."""
    match query:
        case Phrase():
            return False
        case Not(operand):
            return not _holds_without_words(operand)
        case And(operands):
            return all(_holds_without_words(operand) for operand in operands)
        case Or(operands):
            return any(_holds_without_words(operand) for operand in operands)
