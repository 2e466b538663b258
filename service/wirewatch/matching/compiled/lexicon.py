"""What is known of the words of articles: for what stands between two spaces, its words, and for each word its keys.

::

    piece (bytes) ──► forms (a word's term, exact form, and term with its symbol) ──► keys that rules ask for

Analysis finds the words of a piece when it is first met; from then on it is looked up by the kernel. That is right
since no token reaches over a space, or depends on what is beyond one (see `text`), nor does a character of a script
without spaces between two calm ones. It is a cache: when too much is known, all is forgotten.

Arrays only ever gain entries that nobody who has an older view of them can reach; where one must grow, the table of
pieces is copied too. So kernels read without a lock, and `learn` and `meet` are for one thread at a time.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from wirewatch.matching.compiled.jit import jit
from wirewatch.matching.compiled.keys import FormKey, Keys
from wirewatch.matching.compiled.reading import SLOT, find, hash_of
from wirewatch.matching.compiled.room import with_room
from wirewatch.matching.compiled.tables import RUN_BITS, Known
from wirewatch.matching.wild import wild_pattern
from wirewatch.query import Form, Slot
from wirewatch.text import KINDS, SYMBOLS, analyse, exact_forms, stem

__all__ = ["KIND_OF_CHARACTER", "Lexicon"]

KIND_OF_CHARACTER = np.frombuffer(KINDS, dtype=np.uint8)

_MAX_PIECES = 400_000
"""More than a week of a news agency's; some 200 MB with their words."""
_MAX_PIECE_BYTES = 60
_FIRST_PIECES = 1 << 13
_FIRST_ROOM = 1 << 16
_MANY = 2_000
"""New keys with which it is quicker to forget the words than to look for those that have them."""


class Lexicon:
    """The words of texts in one language, or of all where no rule asks for inflections."""

    def __init__(self, keys: Keys, language: str) -> None:
        self._keys = keys
        self._language = language
        self.known = self._forget()

    def learn(self, piece: bytes) -> tuple[list[int], bool]:
        """Return the forms of a piece, and whether it is known from now on: not if it is too long to be met again."""
        text = piece.decode("utf-8", "surrogatepass")
        analysed = analyse(text)
        found = [
            self._form((term, exact, analysed.marked.get(position, "")))
            for position, (term, exact) in enumerate(zip(analysed.terms, exact_forms(analysed), strict=True))
        ]
        is_kept = len(piece) <= _MAX_PIECE_BYTES and self._pieces < _MAX_PIECES
        if is_kept:
            self._keep(piece, found)
        return found, is_kept

    def tidy(self) -> None:
        """Forget everything, if it has become too much; forms that were returned mean nothing after this."""
        if self._pieces >= _MAX_PIECES or len(self._forms) >= _MAX_PIECES:
            self.known = self._forget()

    def meet(self, first: int) -> None:
        """Take in the keys from `first` on: find the words that have them."""
        asked = [(key, self._keys.slots[key]) for key in range(first, len(self._keys))]
        slots = [(key, slot) for key, slot in asked if isinstance(slot, Slot)]
        if len(slots) > _MANY and self._forms:
            self.known = self._forget()
            return
        for key, slot in slots:
            for form in self._forms_of(slot):
                self._give(form, key)

    def _forget(self) -> Known:
        self._forms: dict[FormKey, int] = {}
        self._by_term: dict[str, list[int]] = {}
        self._by_exact: dict[str, list[int]] = {}
        self._pieces = 0
        self._texts_used = 0
        self._tokens_used = 0
        self._keys_used = 0
        self.known = Known(
            np.zeros(_FIRST_PIECES * SLOT, np.int32),
            np.zeros(_FIRST_ROOM, np.uint8),
            np.zeros(_FIRST_ROOM, np.int32),
            np.zeros(_FIRST_ROOM, np.int64),
            np.zeros(_FIRST_ROOM, np.int32),
        )
        self._forms["", "", ""] = 0  # what stands in a gap
        return self.known

    def _form(self, form: FormKey) -> int:
        number = self._forms.get(form)
        if number is None:
            number = self._forms[form] = len(self._forms)
            term, exact, marked = form
            self._by_term.setdefault(term, []).append(number)
            if marked:
                self._by_term.setdefault(marked, []).append(number)
            self._by_exact.setdefault(exact, []).append(number)
            if exact[0] in SYMBOLS:
                self._by_exact.setdefault(exact[1:], []).append(number)
            self._run(number, self._keys.of_form(form, self._language))
        return number

    def _run(self, form: int, keys: list[int]) -> None:
        start = self._keys_used
        self._keys_used += len(keys)
        self._make_room(runs=form + 1, keys=self._keys_used)
        self.known.keys[start : self._keys_used] = keys
        self.known.runs[form] = start << RUN_BITS | len(keys)

    def _give(self, form: int, key: int) -> None:
        run = int(self.known.runs[form])
        start, number = run >> RUN_BITS, run & ((1 << RUN_BITS) - 1)
        self._run(form, [*self.known.keys[start : start + number].tolist(), key])

    def _forms_of(self, slot: Slot) -> Iterable[int]:
        if slot.is_wild:
            is_folded = slot.form is Form.FOLDED
            table = self._by_term if is_folded else self._by_exact
            fits = wild_pattern(slot.term if is_folded else slot.exact).fullmatch
            return {form for each, forms in list(table.items()) if fits(each) for form in forms}
        if slot.form is Form.FOLDED:
            return set(self._by_term.get(slot.term, ()))
        if slot.form is Form.EXACT:
            return set(self._by_exact.get(slot.exact, ()))
        wanted = stem(slot.exact, self._language)
        return {
            form
            for each, forms in list(self._by_exact.items())
            if stem(each, self._language) == wanted
            for form in forms
        }

    def _keep(self, piece: bytes, forms: list[int]) -> None:
        text, token = self._texts_used, self._tokens_used
        self._texts_used += len(piece)
        self._tokens_used += len(forms) if len(forms) != 1 else 0
        self._make_room(pieces=self._pieces + 1, texts=self._texts_used, tokens=self._tokens_used)
        known = self.known
        known.texts[text : self._texts_used] = np.frombuffer(piece, np.uint8)
        if len(forms) == 1:
            token = forms[0]
        else:
            known.tokens[token : self._tokens_used] = forms
        self._pieces += _put(known.slots, known.texts, text, len(piece), len(forms), token)

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
        slots = known.slots.copy()
        if 2 * pieces * SLOT > len(slots):
            slots = np.zeros(2 * len(slots), np.int32)
            _put_again(known.slots, slots)
        self.known = Known(
            slots,
            with_room(known.texts, texts),
            with_room(known.tokens, tokens),
            with_room(known.runs, runs),
            with_room(known.keys, keys),
        )


@jit
def _put(slots: Any, texts: Any, text: int, size: int, number: int, value: int) -> int:
    """Enter a piece whose bytes are in `texts`; return 1, or 0 if it is there."""
    hashed = hash_of(texts, text, text + size)
    slot = -1 - find(texts, text, text + size, hashed, slots, texts)
    if slot < 0:
        return 0
    slots[slot] = hashed
    slots[slot + 2] = size | number << 8
    slots[slot + 3] = value
    slots[slot + 1] = text + 1  # the last: from now on it is found
    return 1


@jit
def _put_again(before: Any, after: Any) -> None:
    """Enter all of one table's pieces into a larger one."""
    mask = len(after) // SLOT - 1
    for slot in range(0, len(before), SLOT):
        if before[slot + 1] != 0:
            place = before[slot] & mask
            while after[place * SLOT + 1] != 0:
                place = (place + 1) & mask
            for offset in range(SLOT):
                after[place * SLOT + offset] = before[slot + offset]
