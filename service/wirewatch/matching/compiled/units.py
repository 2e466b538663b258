"""Sentences and paragraphs: for each position of an article, the numbers of those it is in.

They are worked out when a rule first asks, from the words and pieces that the text was split into: between words that
were told a kernel sees for itself what stands, and of other pieces analysis (`text.joints`) is asked once for each.
What it says is kept beside the table of pieces if one number says it all, else in a dictionary.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from wirewatch.kernels.jit import compile_for, int64, jit, part
from wirewatch.kernels.views import Fixed, Pinned, row_from, row_of
from wirewatch.matching.compiled.characters import LINE, About, Kind, character_at
from wirewatch.matching.compiled.hashing import hash_of
from wirewatch.matching.compiled.reading import GAP, LONGEST_KEPT, SLOT, find
from wirewatch.matching.compiled.splitting import end_of_word
from wirewatch.matching.compiled.tables import Desk, State, desk_at
from wirewatch.matching.compiled.wording import IS_OTHERWISE, end_of_term, term_in
from wirewatch.text import ABBREVIATIONS, Before, Gap, Joints, fold, joints

__all__ = ["Units", "compile_numbering"]

T = TypeVar("T")

_EPOCH, _ENTRIES, _ZONES = State.EPOCH, State.ENTRIES, State.ZONES
_UNITS, _LEAD = State.UNITS, State.LEAD
_BODY = 1

_ENDS, _FIRST, _LATER, _SPACE_AFTER = Gap.ENDS, Gap.PERIOD_FIRST, Gap.PERIOD_LATER, Gap.SPACE_AFTER_PERIOD
_SPACE, _OTHER, _PAGE, _LONG = Gap.SPACE, Gap.OTHER, Gap.PAGE, Gap.LONG
_LINE, _GAP = LINE, 2 * LINE - 1
"""The flag of a line end after which there has been nothing but space: with another one it makes a blank line."""
_ALWAYS_KEPT = _ENDS | _SPACE | _OTHER | _PAGE | _LONG

_ANYTHING, _A_NUMBER, _A_SMALL_LETTER = Before.ANYTHING, Before.A_NUMBER, Before.A_SMALL_LETTER
_IS_UPPER, _IS_LOWER, _KIND, _DIGIT, _GAP_AT = About.IS_UPPER, About.IS_LOWER, About.KIND, Kind.DIGIT, About.GAP_AT
_LONGEST, _INITIAL = 8, 4
"""Bytes of an abbreviation, and of what folding leaves of one letter, at most."""


def _as_eight(word: str) -> int:
    return int.from_bytes(word.encode().rjust(_LONGEST, b"\0"), "big", signed=True)


_ABBREVIATIONS = Fixed(map(_as_eight, ABBREVIATIONS))
_BEFORE = Fixed(ABBREVIATIONS.values())
_FOLDED_ABBREVIATIONS = Fixed({_as_eight(fold(word)) for word in ABBREVIATIONS})
_TOLD = np.uint64(1 << 63)
"""Instead of the joints of a piece: a word of which the kernel sees all for itself."""

# A piece's joints as one number: from the lowest bits on.
_LEAD_AT, _TRAIL_AT, _ABBREVIATES_AT, _FOLLOWS_AT, _WORDS_AT = 0, 8, 16, 19, 22
_MAX_REMEMBERED = 100_000
_MAX_REMEMBERED_LENGTH = 60
"""Bytes of a piece."""


class _Known(dict[bytes, T]):
    """What is known of pieces; most that an article has were met before."""

    def __init__(self, of_piece: Callable[[Joints], T]) -> None:
        super().__init__()
        self._of_piece = of_piece

    def __missing__(self, piece: bytes) -> T:
        """Ask analysis, and forget everything when too much is kept."""
        found = self._of_piece(joints(piece.decode("utf-8", "surrogatepass")))
        if len(piece) <= _MAX_REMEMBERED_LENGTH:
            if len(self) >= _MAX_REMEMBERED:
                self.clear()
            self[piece] = found
        return found


def _as_number(of: Joints) -> int:
    number = of.lead << _LEAD_AT | of.trail << _TRAIL_AT | of.words << _WORDS_AT
    return number | of.abbreviates << _ABBREVIATES_AT | of.follows << _FOLLOWS_AT


class Units:
    """Numbers the sentences and paragraphs of articles; safe for several threads at once."""

    def __init__(self) -> None:
        self._numbers = _Known(_as_number)
        self._inner = _Known(lambda of: of.inner)

    def number(self, desk: Pinned[Desk]) -> None:
        """Put the units of the article that was read at this desk into its space."""
        space = desk.value.space
        places = space.missed[: 2 * _list_pieces(desk.address)].tolist()
        raw = space.text[: space.state[State.SIZE]].tobytes() if places else b""
        pieces = [raw[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]
        numbers = np.fromiter(map(self._numbers.__getitem__, pieces), np.int64, len(pieces))
        several = np.flatnonzero(numbers >> _WORDS_AT > 1).tolist()
        inner = b"".join([self._inner[pieces[place]] for place in several])
        _number(numbers, inner, desk.address)


def compile_numbering() -> None:
    """Have the kernels compiled, if no cache on disk has them: a second of a processor."""
    compile_for(_list_pieces, 0)
    compile_for(_number, np.zeros(0, np.int64), b"", 0)


@jit
def _list_pieces(address: int) -> int:
    """Put where the pieces begin and end, of which more has to be known, into `missed`; return how many.

    What is known of others goes to `firsts`, for now.
    """
    desk = desk_at(address)
    joints, space = desk.known.joints, desk.space
    buffer = space.text
    hashes, starts, ends, missed, firsts = space.hashes, space.starts, space.ends, space.missed, space.firsts
    number = 0
    for entry in range(space.state[_ENTRIES]):
        start, end = starts[entry], -ends[entry]
        if start < 0 or end < 0:
            continue
        if term_in(hashes[entry]) != 0 and not _may_abbreviate(buffer, start, hashes[entry], desk):
            firsts[entry] = _TOLD
            continue
        slot = _slot(buffer, start, end, desk)
        about = joints[slot] if slot >= 0 else 0
        firsts[entry] = np.uint64(about)
        if about == 0:
            missed[2 * number] = start
            missed[2 * number + 1] = end
            number += 1
    return number


@part
def _slot(buffer: Any, start: int, end: int, desk: Desk) -> int:
    """Return the number of the slot of a piece, -1 if it has none."""
    if end - start > LONGEST_KEPT:
        return -1
    slot = find(buffer, start, end, hash_of(buffer, start, end), desk.known.slots, desk.known.texts)
    return slot // SLOT if slot >= 0 else -1


@part
def _joined(before: int, after: int) -> int:
    """Return what two parts of a gap are together."""
    flags = (before | after) & _ALWAYS_KEPT
    if before != 0 and after != 0:
        flags |= _LONG
    if before & (_FIRST | _LATER) != 0:
        flags |= before & (_FIRST | _LATER | _SPACE_AFTER)
        if after & _SPACE != 0:
            flags |= _SPACE_AFTER
    else:
        flags |= after & (_LATER | _SPACE_AFTER)
        if after & _FIRST != 0:
            flags |= _FIRST if before == 0 else _LATER
    if after & _LINE != 0:
        flags |= _LINE
        if before & _LINE != 0:
            flags |= _PAGE
    elif after & _OTHER == 0:
        flags |= before & _LINE
    return flags


@part
def _place_in(words: Any, buffer: Any, start: int, end: int) -> int:
    """Return the place of the word `buffer[start:end]` in a row of such, -1 if it is none of them."""
    if end - start > _LONGEST:
        return -1
    word = 0
    for place in range(start, end):
        word = word << 8 | buffer[place]
    for place in range(len(words)):
        if words[place] == word:
            return place
    return -1


@part
def _may_abbreviate(buffer: Any, start: int, hashed: Any, desk: Desk) -> bool:
    """Say whether a word that was told may be an abbreviation, though not as it is written."""
    if hashed & IS_OTHERWISE == np.uint64(0):
        return False
    folded, term = desk.space.folded, term_in(hashed)
    end = end_of_term(folded, term)
    first, _ = character_at(buffer, start, desk.known.characters)
    return (end - term <= _INITIAL and first & _IS_UPPER != 0) or _place_in(
        _FOLDED_ABBREVIATIONS, folded, term, end
    ) >= 0


@part
def _abbreviates(buffer: Any, start: int, end: int, characters: Any) -> int:
    """Return before what a word abbreviates with a period after it."""
    first, after = character_at(buffer, start, characters)
    if after == end:
        return _ANYTHING if first & _IS_UPPER != 0 else 0
    place = _place_in(_ABBREVIATIONS, buffer, start, end)
    return _BEFORE[place] if place >= 0 else 0


@part
def _follows(buffer: Any, start: int, characters: Any) -> int:
    """Return what a word is that begins at `start`."""
    first, _ = character_at(buffer, start, characters)
    if first & _KIND == _DIGIT:
        return _ANYTHING | _A_NUMBER
    return _ANYTHING | _A_SMALL_LETTER if first & _IS_LOWER != 0 else _ANYTHING


@jit
def _number(numbers: Any, joints_inside: bytes, address: int) -> None:
    """Put the number of the sentence and of the paragraph of each position into `units`, and where the lead ends.

    `numbers` has the joints of the pieces that were listed, and `joints_inside` those within them one after the other.
    What is numbered goes on through all zones; where a zone begins, a number may be left out.
    """
    pieces, inner, desk = row_of(numbers), row_of(joints_inside), desk_at(address)
    known, space = desk.known, desk.space
    buffer = space.text
    characters, starts, ends, firsts, state = known.characters, space.starts, space.ends, space.firsts, space.state
    sentences, paragraphs = space.units, row_from(space.units, len(space.units) // 2)
    sentence = paragraph = position = zone = piece = within = 0
    gap = word_end = abbreviates = 0
    index = word = lead = -1
    for entry in range(state[_ENTRIES]):
        start = starts[entry]
        if start < 0:
            if zone == _BODY and lead < 0:
                lead = position
            sentence += 1
            paragraph += 1
            position += GAP
            zone += 1
            gap, index = 0, -1
            continue
        while 0 <= index < start:
            info, index = character_at(buffer, index, characters)
            gap = _joined(gap, info >> _GAP_AT & _GAP)
        end = ends[entry]
        about, words = 0, 1
        is_told = end > 0 or firsts[entry] == _TOLD
        if is_told:
            end = end_of_word(buffer, end) if end > 0 else -end
            follows = _follows(buffer, start, characters)
        else:
            end = -end
            about = int64(firsts[entry])
            if about == 0:
                about = pieces[piece]
                piece += 1
                slot = _slot(buffer, start, end, desk)
                if slot >= 0 and about >> _WORDS_AT == 1:
                    known.joints[slot] = about
            words = about >> _WORDS_AT
            follows = about >> _FOLLOWS_AT & 7
            gap = _joined(gap, about >> _LEAD_AT & 0xFF)
        if words > 0 and gap & (_ENDS | _SPACE_AFTER) != 0:
            if gap & (_ENDS | _LATER) == 0 and word >= 0:
                abbreviates = _abbreviates(buffer, word, word_end, characters)
            if gap & (_ENDS | _LATER) != 0 or abbreviates & follows == 0:
                sentence += 1
            if gap & _PAGE != 0 and gap & _LONG != 0:
                paragraph += 1
                if zone == _BODY and lead < 0 and position > state[_ZONES + 2 * _BODY]:
                    lead = position
        for number in range(words):
            if number > 0:
                sentence += inner[within] & 1
                paragraph += inner[within] >> 1
                if inner[within] >> 1 != 0 and zone == _BODY and lead < 0:
                    lead = position
                within += 1
            sentences[position] = sentence
            paragraphs[position] = paragraph
            position += 1
        index = end
        if words > 0:
            gap = about >> _TRAIL_AT & 0xFF
            word, word_end = start if is_told else -1, end
            abbreviates = about >> _ABBREVIATES_AT & 7
    state[_LEAD] = lead
    state[_UNITS] = state[_EPOCH]
