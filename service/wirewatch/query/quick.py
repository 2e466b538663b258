"""Queries of words, quoted phrases, AND, OR, NOT and parentheses alone, as most are, read in a tenth of the time.

What a word or a phrase means by itself is found out once; a hundred thousand rules share those of them that they have
in common. Whatever may mean more here than by itself, and all that is wrong, is left to the parser.
"""

import re
from enum import Enum

from wirewatch.query.errors import QueryError
from wirewatch.query.forms import advice_for_word
from wirewatch.query.limits import MAX_LENGTH, MAX_TERMS
from wirewatch.query.parser import Reader
from wirewatch.query.tree import And, Not, Or, Phrase, Query, Word

__all__ = ["quickly_read"]

_ELSE = re.compile(r"""[^\w ()"*?\n'.,&-]""")
"""What is in no such query, or may change what stands beside it: signs, colons, slashes, other quotes and spaces."""
_PIECES = re.compile(r'"[^"]*"|[()]|[^\s"()]+')
_PLAIN = re.compile(r'"(?P<quoted>[A-Za-z]+(?: [A-Za-z]+)*)"|[A-Za-z]+')
_MAX_DEPTH = 20
_MAX_REMEMBERED = 300_000
_MAX_REMEMBERED_LENGTH = 100


class _Sign(Enum):
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    OPEN = "("
    CLOSE = ")"
    END = ""
    ELSE = "?"


# Python 3.11 looks a member up ten times as slowly as a name.
_AND, _OR, _NOT, _OPEN, _CLOSE, _END = _Sign.AND, _Sign.OR, _Sign.NOT, _Sign.OPEN, _Sign.CLOSE, _Sign.END


class _Pieces(dict[str, Phrase | _Sign]):
    """What each piece is by itself."""

    def __missing__(self, piece: str) -> Phrase | _Sign:
        """Have the parser read a new piece, forgetting everything when too much is kept."""
        if _ELSE.search(piece) or not _PIECES.fullmatch(piece):
            return _Sign.ELSE
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        found: Query | _Sign = _SIGNS.get(piece) or _read(piece)
        known = found if isinstance(found, Phrase | _Sign) else _Sign.ELSE
        if len(piece) <= _MAX_REMEMBERED_LENGTH:
            self[piece] = known
        return known


def _read(piece: str) -> Query | _Sign:
    plain = _PLAIN.fullmatch(piece)
    if plain and (plain["quoted"] or not (piece.isupper() or advice_for_word(piece))):  # by far the most
        return Phrase(tuple([Word(word) for word in (plain["quoted"] or piece).split(" ")]))
    try:
        return Reader(piece, {}).query()
    except QueryError:
        return _Sign.ELSE


_SIGNS = {sign.value: sign for sign in (_AND, _OR, _NOT, _OPEN, _CLOSE)}
_pieces = _Pieces()


class _NotSure(Exception):  # noqa: N818 - it is no error: the parser knows
    """This is not for here."""


def quickly_read(text: str) -> Query | None:
    """Return the tree of a query, equal to the parser's but without places in the text; None where that is not sure."""
    if len(text) > MAX_TERMS:
        return _read_in_pieces(text)
    try:
        return _flat(text)
    except _NotSure:
        return _read_in_pieces(text)


def _flat(text: str) -> Query:
    """Return the tree of words, phrases, ORs of those in parentheses, and an AND of all that, as most queries are.

    An operator inside quotes or deeper parentheses leaves an operand with only one of a pair, which is none of those.
    """
    operands = text.split(" AND ")
    if len(operands) == 1:
        return _either(text)
    of_and: list[Query] = [
        _either(operand[1:-1]) if operand[:1] == "(" and operand[-1] == ")" else _phrase(operand)
        for operand in operands
    ]
    return And(tuple(of_and))


def _either(text: str) -> Query:
    operands = text.split(" OR ")
    return Or(tuple([_phrase(operand) for operand in operands])) if len(operands) > 1 else _phrase(text)


def _phrase(text: str) -> Phrase:
    found = _pieces[text]
    if type(found) is not Phrase:
        raise _NotSure
    return found


def _read_in_pieces(text: str) -> Query | None:
    if len(text) > MAX_LENGTH or _ELSE.search(text) or text.count('"') & 1:
        return None
    pieces = [_pieces[piece] for piece in _PIECES.findall(text)]
    if len(text) > MAX_TERMS and sum(len(piece.slots) for piece in pieces if isinstance(piece, Phrase)) > MAX_TERMS:
        return None
    pieces.append(_END)
    try:
        return _group(pieces, 0, 0)[0]
    except _NotSure:
        return None


def _group(pieces: list[Phrase | _Sign], at: int, depth: int) -> tuple[Query, int]:
    """Return the tree of what stands from `at` to where the group ends, and the place after that."""
    of_or: list[Query] = []
    of_and: list[Query] = []
    while True:
        node, at = _operand(pieces, at, depth)
        of_and.append(node)
        sign = pieces[at]
        at += 1
        if sign is _AND:
            continue
        of_or.append(_joined(And, of_and))
        if sign is not _OR:
            break
        of_and = []
    if sign is not (_CLOSE if depth else _END):
        raise _NotSure
    return _joined(Or, of_or), at


def _operand(pieces: list[Phrase | _Sign], at: int, depth: int) -> tuple[Query, int]:
    found = pieces[at]
    at += 1
    if type(found) is Phrase:  # by far the most
        return found, at
    if depth == _MAX_DEPTH:
        raise _NotSure
    if found is _OPEN:
        return _group(pieces, at, depth + 1)
    if found is _NOT:
        operand, at = _operand(pieces, at, depth + 1)
        return Not(operand), at
    raise _NotSure


def _joined(operator: type[And | Or], operands: list[Query]) -> Query:
    return operands[0] if len(operands) == 1 else operator(tuple(operands))
