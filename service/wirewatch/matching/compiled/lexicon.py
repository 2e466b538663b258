"""What is known of words that kernels can't tell, or not all that is asked of them: a piece's words, and their keys.

::

    piece (bytes) ──► forms (a word's term, exact form, and term with its symbol) ──► keys that rules ask for

Analysis finds the words of a piece when it is first met; from then on it is looked up by the kernel. That is right
since a piece is one that stands by itself (see `pieces`), or a single word. It is a cache: when too much is known, all
is forgotten.

Arrays only ever gain entries that nobody who has an older view of them can reach; where one must grow, the table of
pieces and that of runs are copied too. So kernels read without a lock, and all but `found` is for one thread at a time.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from wirewatch.kernels.jit import jit
from wirewatch.kernels.views import row_of
from wirewatch.matching.compiled.characters import characters
from wirewatch.matching.compiled.hashing import EIGHT, hash_of
from wirewatch.matching.compiled.keys import FormKey, Keys
from wirewatch.matching.compiled.reading import LONGEST_KEPT, SLOT, find
from wirewatch.matching.compiled.room import with_room
from wirewatch.matching.compiled.tables import RUN_BITS, Known
from wirewatch.matching.wild import wild_pattern
from wirewatch.query import Form, Slot
from wirewatch.text import SYMBOLS, analyse, exact_forms, stem

__all__ = ["Lexicon"]

_MAX_PIECES = 400_000
"""More than a week of a news agency's; some 200 MB with their words."""
_PLAIN_WORD = re.compile(rb"[0-9]+(?:[.,][0-9]+)+|[0-9A-Za-z]+(?:(?:'|\xe2\x80\x99)[sS])?")
"""Of what the kernel asks about: a number with its separators, or letters and digits, perhaps with a possessive."""
_ROW = 3
"""Numbers with which a piece is entered."""
_FIRST_PIECES = 1 << 4
_FIRST_ROOM = 1 << 16
_MANY = 2_000
"""New keys with which it is quicker to forget the words than to look for those that have them."""


class Search(NamedTuple):
    """Keys with what they ask for, to be looked for among the first `number` of `forms`, which are of `generation`."""

    generation: int
    forms: list[FormKey]
    number: int
    asked: list[tuple[int, Slot]]


class Lexicon:
    """The words of texts in one language, or of all where no rule asks for inflections."""

    def __init__(self, keys: Keys, language: str) -> None:
        self._keys = keys
        self._language = language
        self.generation = 0
        """How often everything was forgotten: forms of one generation mean nothing in another."""
        self._forget()

    def learn(self, pieces: Iterable[bytes]) -> list[list[int]]:
        """Know `pieces` from now on; return the forms of those that are too long to be kept, in their order."""
        new: dict[bytes, list[int]] = {}
        unkept: list[list[int]] = []
        for piece in pieces:
            if len(piece) > LONGEST_KEPT:
                unkept.append(self._forms_of_piece(piece))
            elif piece not in new:
                new[piece] = self._forms_of_piece(piece)
        self._keep(new)
        return unkept

    def _forms_of_piece(self, piece: bytes) -> list[int]:
        if _PLAIN_WORD.fullmatch(piece):  # by far the most, and what analysis says of them is known
            word = piece.decode().replace("\u2019", "'").replace(",", "")
            return [self._form((word.lower().removesuffix("'s"), word, ""))]
        analysed = analyse(piece.decode("utf-8", "surrogatepass"))
        marked = analysed.marked
        return [
            self._form((term, exact, marked.get(position, "")))
            for position, (term, exact) in enumerate(zip(analysed.terms, exact_forms(analysed), strict=True))
        ]

    def tidy(self) -> None:
        """Forget everything, if it has become too much; forms that were returned before mean nothing after this."""
        if self._pieces >= _MAX_PIECES or len(self._forms) >= _MAX_PIECES:
            self._forget()

    def meet(self, first: int) -> Search:
        """Take in the keys from `first` on; return what is left to do: `found` says which words have the others.

        Whatever is learnt from now on has all of them.
        """
        asked = [(key, self._keys.slots[key]) for key in range(first, len(self._keys))]
        slots = [(key, slot) for key, slot in asked if isinstance(slot, Slot)]
        if len(slots) > _MANY and len(self._forms) > 1:
            self._forget()
            slots = []
        elsewhere: list[tuple[int, Slot]] = []
        for key, slot in slots:
            if slot.is_wild or slot.form is Form.INFLECTED:
                elsewhere.append((key, slot))
                continue
            for form in self._by_term.get(slot.term, ()):
                if slot.form is Form.FOLDED or _has_exact(self._in_order[form], slot.exact.__eq__):
                    self._give(form, key)
        return Search(self.generation, self._in_order, len(self._in_order), elsewhere)

    def found(self, search: Search) -> list[tuple[int, int]]:
        """Return all forms with the keys they have, for `give`; this may take a while and needs no lock."""
        found: list[tuple[int, int]] = []
        for key, slot in search.asked:
            fits = self._fitting(slot)
            forms = enumerate(islice(search.forms, 1, search.number), 1)
            found += [(number, key) for number, form in forms if fits(form)]
        return found

    def give(self, search: Search, found: Iterable[tuple[int, int]]) -> None:
        """Know from now on what was found, unless everything was forgotten meanwhile."""
        if self.generation == search.generation:
            for form, key in found:
                self._give(form, key)

    def _forget(self) -> None:
        self.generation += 1
        self._forms: dict[FormKey, int] = {}
        self._by_term: dict[str, tuple[int, ...]] = {}
        self._pieces = 0
        self._texts_used = 0
        self._tokens_used = 0
        self._keys_used = 0
        self.known = Known(
            np.zeros(_FIRST_PIECES * SLOT, np.int32),
            np.zeros(_FIRST_ROOM, np.uint8),
            np.zeros(_FIRST_PIECES, np.int64),
            np.zeros(_FIRST_ROOM, np.int32),
            np.zeros(_FIRST_ROOM, np.int64),
            np.zeros(_FIRST_ROOM, np.int32),
            characters(),
        )
        self._in_order: list[FormKey] = [("", "", "")]  # what stands in a gap
        self._forms["", "", ""] = 0

    def _form(self, form: FormKey) -> int:
        number = self._forms.get(form)
        if number is None:
            number = self._forms[form] = len(self._forms)
            self._in_order.append(form)
            term, _, marked = form
            self._by_term[term] = (*self._by_term.get(term, ()), number)
            if marked:
                self._by_term[marked] = (*self._by_term.get(marked, ()), number)
            self._run(number, self._keys.of_form(form, self._language))
        return number

    def _run(self, form: int, keys: list[int]) -> None:
        start = self._keys_used
        self._keys_used += len(keys)
        if form >= len(self.known.runs) or self._keys_used > len(self.known.keys):
            self._make_room(runs=form + 1, keys=self._keys_used)
        if keys:
            self.known.keys[start : self._keys_used] = keys
            self.known.runs[form] = start << RUN_BITS | len(keys)

    def _give(self, form: int, key: int) -> None:
        run = int(self.known.runs[form])
        start, number = run >> RUN_BITS, run & ((1 << RUN_BITS) - 1)
        self._run(form, [*self.known.keys[start : start + number].tolist(), key])

    def _fitting(self, slot: Slot) -> Callable[[FormKey], object]:
        """Return what says whether a form has what `slot` asks for."""
        if slot.form is Form.INFLECTED:
            wanted = stem(slot.exact, self._language)
            return lambda form: _has_exact(form, lambda exact: stem(exact, self._language) == wanted)
        if slot.form is Form.EXACT:
            fits_exact = wild_pattern(slot.exact).fullmatch
            return lambda form: _has_exact(form, fits_exact)
        fits = wild_pattern(slot.term).fullmatch
        return lambda form: fits(form[0]) or (form[2] and fits(form[2]))

    def _keep(self, new: Mapping[bytes, list[int]]) -> None:
        text, token = self._texts_used, self._tokens_used
        raw = b"".join(new)
        several = [form for forms in new.values() if len(forms) != 1 for form in forms]
        self._texts_used += len(raw)
        self._tokens_used += len(several)
        self._make_room(pieces=self._pieces + len(new), texts=self._texts_used + EIGHT, tokens=self._tokens_used)
        known = self.known
        known.texts[text : self._texts_used] = np.frombuffer(raw, np.uint8)
        known.tokens[token : self._tokens_used] = several
        rows = [(len(piece), len(forms), forms[0] if len(forms) == 1 else 0) for piece, forms in new.items()]
        if rows:
            self._pieces += _put(known.slots, known.texts, text, token, np.array(rows, np.int64))

    def _make_room(self, *, pieces: int = 0, texts: int = 0, tokens: int = 0, runs: int = 0, keys: int = 0) -> None:
        known = self.known
        if (
            2 * pieces * SLOT <= len(known.slots)
            and texts <= len(known.texts)
            and tokens <= len(known.tokens)
            and runs <= len(known.runs)
            and keys <= len(known.keys)
        ):
            return
        slots, joints = known.slots.copy(), known.joints
        if 2 * pieces * SLOT > len(slots):
            slots = np.zeros(SLOT << (2 * pieces).bit_length(), np.int32)  # a power of two, half of it free
            _put_again(known.slots, slots)
            joints = np.zeros(len(slots) // SLOT, np.int64)
        self.known = Known(
            slots,
            with_room(known.texts, texts),
            joints,
            with_room(known.tokens, tokens),
            with_room(known.runs.copy(), runs),
            with_room(known.keys, keys),
            known.characters,
        )


def _has_exact(form: FormKey, fits: Callable[[str], object]) -> object:
    """Say whether the exact form, with or without the symbol before it, fits."""
    exact = form[1]
    return fits(exact) or (exact[0] in SYMBOLS and fits(exact[1:]))


@jit
def _put(slots: Any, texts: Any, text: int, token: int, rows: Any) -> int:
    """Enter pieces whose bytes stand in `texts` from `text` on; return how many were not there.

    In `rows` are _ROW numbers each: a piece's bytes, its forms, and the only one; of others they stand from `token` on.
    """
    slots, texts, rows = row_of(slots), row_of(texts), row_of(rows)
    entered = 0
    for row in range(0, len(rows), _ROW):
        size, number = rows[row], rows[row + 1]
        hashed = hash_of(texts, text, text + size)
        slot = -1 - find(texts, text, text + size, hashed, slots, texts)
        if slot >= 0:
            slots[slot] = hashed
            slots[slot + 2] = size | number << 8
            slots[slot + 3] = rows[row + 2] if number == 1 else token
            slots[slot + 1] = text + 1  # the last: from now on it is found
            entered += 1
        text += size
        token += number if number != 1 else 0
    return entered


@jit
def _put_again(before: Any, after: Any) -> None:
    """Enter all of one table's pieces into a larger one."""
    before, after = row_of(before), row_of(after)
    mask = len(after) // SLOT - 1
    for slot in range(0, len(before), SLOT):
        if before[slot + 1] != 0:
            place = before[slot] & mask
            while after[place * SLOT + 1] != 0:
                place = (place + 1) & mask
            for offset in range(SLOT):
                after[place * SLOT + offset] = before[slot + offset]
