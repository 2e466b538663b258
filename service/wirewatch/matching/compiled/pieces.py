"""What stands between two spaces and is not plain, piece by piece: kernels tell the words of most (`wording`).

Others are intricate: what a character is, or is folded to, may depend on what is around it, or it is normalised to
several. Those are cut up where a character of a script without spaces stands between two that nothing changes, since it
is a word by itself there; of what then has to be analysed the whole piece is an entry, whose end is a negative number.
"""

from typing import Any

from wirewatch.kernels.jit import part
from wirewatch.matching.compiled.characters import About, Kind, character_at
from wirewatch.matching.compiled.tables import Desk, State
from wirewatch.matching.compiled.wording import ENDS_PIECE, FIRST_FOLDED, IS_NOTABLE, with_words
from wirewatch.text import MOST_STACKED

__all__ = ["forget_pieces", "with_pieces"]

_FOLDED, _INTRICATE = State.FOLDED, State.INTRICATE
_KIND, _COMPOSES, _COMPOSED, _CLASS_AT = About.KIND, About.COMPOSES, About.COMPOSED, About.CLASS_AT
_OTHERWISE, _MAY_MATTER = About.IS_OTHERWISE, About.INTRICATE
_SIZE_AT, _SIZE = About.FOLDED_SIZE_AT, About.FOLDED_SIZE
_LETTER_ONCE_FOLDED = About.LETTER_ONCE_FOLDED
_NO_END = 1 << 60
_VANISHING, _MARK, _CHARACTER, _COMPLEX = Kind.VANISHING, Kind.MARK, Kind.CHARACTER, Kind.COMPLEX
_RESTLESS = 1 << _VANISHING | 1 << _MARK | 1 << Kind.SYMBOL | 1 << _COMPLEX
"""A bit for each kind of what may change what it is beside, or belong to it."""


@part
def forget_pieces(desk: Desk) -> None:
    """Begin with a new article."""
    state = desk.space.state
    state[_FOLDED] = FIRST_FOLDED
    state[_INTRICATE] = 0


@part
def _is_calm(info: int) -> bool:
    """Say whether a character is as it is, whatever is beside it."""
    return info & (_OTHERWISE | _COMPOSES) == 0 and _RESTLESS >> (info & _KIND) & 1 == 0


@part
def _end_of_intricate(buffer: Any, start: int, characters: Any) -> int:
    """Return where the piece ends that begins at `start`: if not at a space, where a character is that stands alone."""
    index = start
    was_calm = True  # as a space is
    info, after = character_at(buffer, index, characters)
    while True:
        following, after_that = 0, after
        is_last = ENDS_PIECE[buffer[after]] != 0
        if not is_last:
            following, after_that = character_at(buffer, after, characters)
        is_alone = info & _KIND == _CHARACTER and _is_calm(info)
        if is_alone and was_calm and (is_last or _is_calm(following)):
            return after if index == start else index
        if is_last:
            return after
        was_calm = _is_calm(info)
        info, index, after = following, after, after_that


@part
def _needs_analysis(buffer: Any, index: int, end: int, characters: Any) -> bool:
    """Say whether it matters in this piece what stands beside what, or how a character is normalised."""
    base = last_class = marks = 0
    while index < end:
        info, index = character_at(buffer, index, characters)
        kind = info & _KIND
        if kind == _COMPLEX or (info & _COMPOSES != 0 and base & _COMPOSED != 0):
            return True
        if kind == _VANISHING:
            continue
        marks = marks + 1 if kind == _MARK else 0
        if kind == _MARK and info >> _SIZE_AT & _SIZE == 0:  # nothing is left of it
            continue
        order = info >> _CLASS_AT & 0xFF
        if kind != _MARK or order == 0:
            base = info
        elif marks > MOST_STACKED or order < last_class or (order == _LETTER_ONCE_FOLDED and last_class != 0):
            return True
        last_class = order
    return False


@part
def with_pieces(buffer: Any, start: int, number: int, desk: Desk) -> tuple[int, int]:
    """Enter what stands from `start` on up to the next space, or the first piece of it, from `number` on.

    Return where that ends, and the number of entries then.
    """
    space = desk.space
    state, hashes, starts, ends = space.state, space.hashes, space.starts, space.ends
    end = _NO_END
    while True:
        if start < state[_INTRICATE]:
            end = _end_of_intricate(buffer, start, desk.known.characters)
            if _needs_analysis(buffer, start, end, desk.known.characters):
                hashes[number] = IS_NOTABLE
                starts[number] = start
                ends[number] = -end
                return end, number + 1
        used = state[_FOLDED]
        index, after, bits = with_words(buffer, start, end, number, desk)
        if end < _NO_END or bits & _MAY_MATTER == 0:
            return index, after
        state[_FOLDED] = used  # all for nothing
        state[_INTRICATE] = index
