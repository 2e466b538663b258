"""What the kernels read and write, in named tuples, which Numba takes as they are.

Numbers of keys, forms, phrases, rules and places are indices into these arrays; all of it is made by other modules
(`lexicon`, `program`, `segment`, `scratch`), and only the kernels look inside.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wirewatch.kernels.views import viewer

__all__ = [
    "CANDIDATES",
    "GUARDS",
    "POSTING",
    "RUN_BITS",
    "Desk",
    "Ints",
    "Known",
    "Space",
    "State",
    "Tables",
    "TermTable",
    "desk_at",
]

Ints = npt.NDArray[np.int32]

CANDIDATES = 64
GUARDS = 2
POSTING = 2 + GUARDS
RUN_BITS = 20
"""The keys of a form are a run: `start << RUN_BITS | length`."""


class TermTable(NamedTuple):
    """Terms that rules ask for (see `terms`)."""

    slots: npt.NDArray[np.uint64]
    """A hash table: a term's hash, shifted by 32, and its key, perhaps with a mark; 0 where there is none."""
    texts: npt.NDArray[np.uint8]
    places: Ints
    """Two numbers for each key: where the bytes of its term begin in `texts`, and their number."""
    sieve: npt.NDArray[np.uint64]
    """Bits by the hashes of all terms: of most words that no rule asks for, one bit says so."""
    asked: npt.NDArray[np.uint64]
    """See `asked`."""


class Known(NamedTuple):
    """What is known of other pieces (see `lexicon`)."""

    slots: Ints
    """A hash table of pieces: their hash, where their bytes begin in `texts` plus 1, `size | forms << 8`, and their
    only form or where their forms begin in `tokens`."""
    texts: npt.NDArray[np.uint8]
    joints: npt.NDArray[np.int64]
    """For each slot, what `units` knows of its piece, 0 if nothing."""
    tokens: Ints
    runs: npt.NDArray[np.int64]
    """For each form, which part of `keys` is its own."""
    keys: Ints
    characters: npt.NDArray[np.int64]
    """What is known of each character (see `characters`)."""


class Tables(NamedTuple):
    """Rules (see `segment` and `program`)."""

    anchors: Ints
    """Where in `postings` those of each key begin, counted in postings; the last is the end."""
    postings: Ints
    """POSTING numbers each: a rule to look at (`-1 - rule` where it has several), other keys that it needs, and where
    its program begins (`-1 - place` where the first instruction asks for no more than these keys)."""
    code: Ints
    phrase_starts: Ints
    phrase_keys: Ints
    dead: npt.NDArray[np.uint8]
    """1 for each rule that is passed over."""


class Space(NamedTuple):
    """What one thread writes (see `scratch`)."""

    state: npt.NDArray[np.int64]
    """Numbers by `State`."""
    text: npt.NDArray[np.uint8]
    """The zones of the article, each with a mark after it."""
    begins: Ints
    finishes: Ints
    odd: Ints
    """What `outlining` finds in a zone."""
    hashes: npt.NDArray[np.uint64]
    starts: Ints
    ends: Ints
    """The words and pieces of the text, see `splitting.split`."""
    folded: npt.NDArray[np.uint8]
    """The terms of words that are not plain, see `wording`."""
    notable: Ints
    """Those of which the table of terms, or of pieces, may know something, and the ends of zones."""
    firsts: npt.NDArray[np.uint64]
    """For each notable one what stands in the table of terms where the search for it begins; later, for each word or
    piece, a piece's joints."""
    forms: Ints
    """What stands at each position: a form; the key of a word that was told, as a negative number; 0 where nobody asks.
    """
    records: Ints
    """Four numbers a key: the epoch it was last linked in, its first and last occurrence, their number."""
    occurrences: Ints
    """Two numbers each: a position, and its key; once linked, the next occurrence of the key (-1 after the last)."""
    bits: npt.NDArray[np.uint32]
    """A bit a key for title and body, and one for all zones and facts, in alternate numbers (see `reading.has_bit`)."""
    present: Ints
    """The keys of the article, each once."""
    missed: Ints
    """Where unknown pieces begin and end in the text."""
    found: Ints
    """For each phrase `epoch << 1 | whether it stands in title or body`, if it was looked for in that epoch."""
    marks: npt.NDArray[np.uint64]
    shortest: Ints
    """Where phrases begin and end, group by group (see `spans`)."""
    spots: npt.NDArray[np.int64]
    """What `arrangements` are tried with (see there)."""
    units: Ints
    """For each position the number of its sentence, and of its paragraph, if `state[UNITS]` is the epoch."""
    counts: Ints
    """In how many articles each key was."""
    candidates: Ints
    """See `judging`: two numbers each, CANDIDATES of them."""
    matched: Ints
    """Rules that match, from the start, and rules to ask somebody else about, from the end backwards."""
    heads: Ints
    answers: Ints
    """What is known of a run of articles, see `deciding`."""


class Desk(NamedTuple):
    """All that a kernel needs beside an article."""

    terms: TermTable
    known: Known
    tables: Tables
    space: Space
    seen: Ints
    """For each rule with several postings `epoch << 1 | whether units were known` when it was last looked at."""


desk_at = viewer(Desk)
"""In a kernel: the desk that is pinned at an address."""


class State:
    """Places in `Space.state`; from ZONES on, the first position of each zone and the one after its last.

    UNITS is the epoch for which `units` and LEAD, the position after the body's first paragraph, were worked out;
    LINKED is the one for which the occurrences, MET of them, were linked (see `occurring`). Where occurrences or
    positions have no room, NEEDED or POSITIONS is how much they need, else 0. SIZE is that of the text in bytes, with a
    mark after each zone; there is room for LARGEST of them and for MOST_ZONES. FOLDED is the place after what there is
    in `folded`, INTRICATE that up to which `pieces` are looked at more closely. Of a run of articles, ARTICLE is the
    one to be decided, what is told of it begins at ORDER and TEXT, and HEADS and ANSWERS is how many of those there are
    of the ones before.
    """

    EPOCH = 0
    PRESENT = 1
    MISSES = 2
    NEEDED = 3
    WORDS = 4
    ENTRIES = 5
    UNITS = 6
    LEAD = 7
    POSITIONS = 8
    SIZE = 9
    ARTICLE = 10
    ORDER = 11
    TEXT = 12
    HEADS = 13
    ANSWERS = 14
    LARGEST = 15
    MOST_ZONES = 16
    FOLDED = 17
    INTRICATE = 18
    LINKED = 19
    MET = 20
    ZONES = 21
