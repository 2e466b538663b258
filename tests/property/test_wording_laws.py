"""Laws of the words that kernels tell for themselves: every character, wherever it stands, is what analysis says."""

from collections.abc import Iterator
from unicodedata import category, name

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.queries import rules_of

from wirewatch.article import Article
from wirewatch.matching import PlainIndex, RuleIndex
from wirewatch.matching.compiled import decider
from wirewatch.matching.compiled.characters import About, Kind, characters
from wirewatch.matching.compiled.tables import Space, State
from wirewatch.matching.compiled.wording import FOLDED_PER_BYTE
from wirewatch.text import analyse, exact_forms, paragraphs, sentences

_Form = tuple[str, str, str]
_index = RuleIndex(rules_of(["lead:last"]))  # which asks for units too

_CONTEXTS = (
    *("{}", "a{}b", "9{}9", "{}\u2019s", "a'{}", "a\u02bc{}'", "a.{}.b", "a.b.{}", "#{}", "{}#a", "9.{}", "9,{}9"),
    *("e{}\u0301\u0327", "\u05d0\u05b0{}", "\u0928{}\u093c", "\u0924\u094d{}\u093c", "\u65e5{}\u65e5", "\u304b{}"),
    *("\u1100{}\u11a8", "\uac00{}", "\u03a9{}\u0345", "\u00ad{}\u200d{}"),
)
_SENTENCES = ("{}.\u00bb {}, ", "x.{} X", "x\u0301{}\u2026{} ", "No{}. {}. ", "x\n{}\n")
_OF_ANY = ("a{}b", "#{}\u0301.{} \u3042{}\u3001{}{}")
"""Enough for what has no case and does not compose: Han, Hangul, what is not assigned."""
_BLOCK = 0x1000
_BEYOND = (0x20000, 0x2F000, 0x30000, 0x3F000, 0xE0000, 0xFF000, 0x10F000)
_TRICKY = (
    "aSs\u017f.9\u0663\u00b2,'\u2019\u02bc#&\uff03\uff0e\uff0c \n\xa0-\u2026\u00b4!?\u3002\xad\u200d\u0640\ufe0f\u00e9"
    "\u00df\u0130\u0131\u03a3\u03c2\u01c5\u13a0\uab70\u0587\u1fbc\u0149\ufb01\u2116\u00bd\u00aa\u0301\u0327\u0345\u20e3\u0338"
    "\u0928\u093c\u094d\u0958\u09c7\u09be\u0e17\u0e48\u0e33\u65e5\u304b\u3099\uff76\uff9e\u1100\u1161\u11a8\u3131\u314f\u3133\uac00"
    "\U00020bb7\U0002f800\U000e0001\U0001f600\ud800"
)
_STACKED = "a\u00e9\u0301\u0301\u0316\u0316\u0928\u093c\u094d\u094d\u200d\u0345\uff9e"
_any_text = st.one_of(
    st.text(alphabet=_TRICKY, max_size=30), st.text(max_size=30), st.text(alphabet=_STACKED, min_size=30, max_size=90)
)
_ABBREVIATED = (
    "No",
    "Inc",
    "\u043f\u0440\u043e\u0444",
    "N\u00fam",
    "Nu\u0301m",
    "\uff2dr",
    "E\u0301",
    "\u0416",
    "M\xadr",
)
_NEWS = "L\u2019été, «\u00a0ça\u00a0» … Straße! Москва — США; Ελλάς, الجمهورية हिन्दी ไทยที่ 日本語、한국어"


def _space(text: str) -> Space:
    _index.match(Article(id="1", title="", body=f"{text}\n\nlast"))
    (scratch,) = _index._engine._decider._all_scratch  # noqa: SLF001 - what it reads shows nowhere else
    return scratch.space


def _told(space: Space) -> Iterator[tuple[str, _Form | None]]:
    """Yield the words and pieces of the article, but for its last word, with the terms that were told."""
    raw = space.text[: space.state[State.SIZE]].tobytes()
    number = int(space.state[State.ENTRIES])
    entries = (each[:number].tolist() for each in (space.hashes, space.starts, space.ends))
    folded = space.folded.tobytes()
    for hashed, start, end in zip(*entries, strict=True):
        if start < 0 or start == len(raw) - len(b"last\xff"):
            continue
        written = raw[start : abs(end)].decode("utf-8", "surrogatepass")
        place = hashed >> 32 & 0x3FFFFFFF
        if end > 0:
            yield written, (written.lower().replace(",", ""), "", "")
        elif place == 0:
            yield written, None
        else:
            term = folded[place : folded.index(0, place)].decode("utf-8", "surrogatepass")
            symbol = folded[place - 1 : place].strip(b"\0").decode()
            yield written, (term, "", symbol and symbol + term)


def _forms(text: str) -> list[_Form]:
    analysed = analyse(text)
    return [
        (term, exact, analysed.marked.get(position, ""))
        for position, (term, exact) in enumerate(zip(analysed.terms, exact_forms(analysed), strict=True))
    ]


def _check_words(text: str) -> None:
    told = [*_told(_space(text))]
    expected = _forms(text)
    by_itself = iter(_forms(" ".join(written for written, _ in told)))
    position = 0
    for written, form in told:
        number = 1 if form else len(analyse(written).terms)
        alone = [next(by_itself) for _ in range(number)]
        of_text = expected[position : position + number]
        if form:
            assert [(term, "", marked) for term, _, marked in of_text] == [form], written
        assert [each if form is None else (*each[:1], each[2]) for each in alone] == [
            each if form is None else (*each[:1], each[2]) for each in of_text
        ], written
        position += number
    assert position == len(expected)


def _check_units(text: str) -> None:
    space = _space(text)
    first, end = space.state[State.ZONES + 2 : State.ZONES + 4]
    analysed = analyse(f"{text}\n\nlast")
    for of_kernel, expected in zip(space.units, (sentences(analysed), paragraphs(analysed)), strict=True):
        assert (of_kernel[first:end] - of_kernel[first]).tolist() == expected


@pytest.fixture(autouse=True, scope="module")
def _never_normalised() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decider, "_MANY_MISSES", 1 << 30)
        yield


def _is_like_many(char: str) -> bool:
    return category(char) in {"Cn", "Co", "Cs"} or name(char, "").startswith(("CJK UNIFIED", "HANGUL SYL", "TANGUT I"))


@pytest.mark.parametrize("first", [*range(0, 0x20000, _BLOCK), *_BEYOND], ids="{:x}".format)
def test_every_character_is_what_analysis_says(first: int) -> None:
    chars = [chr(code) for code in range(first, first + _BLOCK)]
    others = [char for char in chars if not _is_like_many(char)]
    for those, contexts in ((chars, _OF_ANY), (others, _CONTEXTS), (others, _SENTENCES)):
        for context in contexts:
            text = " ".join([context.replace("{}", char) for char in those])
            _check_words(text)
            if contexts is not _CONTEXTS:
                _check_units(text)


@given(text=_any_text)
@example(text="\u1fbc\u0301\u0e48")
def test_every_piece_is_what_analysis_says(text: str) -> None:
    _check_words(text)
    _check_units(text)


@given(text=_any_text)
@example(text="\ufb2a" + "\u0951" * 30)
def test_so_it_is_when_an_article_is_normalised_first(text: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decider, "_MANY_MISSES", 0)
        _check_words(text)
        _check_units(text)


@given(parts=st.lists(st.sampled_from([*_TRICKY[:24], *_ABBREVIATED, ". ", ".\n\n", "\u2029"]), max_size=20))
def test_sentences_end_where_analysis_says(parts: list[str]) -> None:
    _check_units("".join(parts))


_LETTERS = "a\u00e9\u00df\u044f\u03a3\u03c2\u0131\u0130S\u03b9\u1fbc\u0587"
_words = st.text(alphabet=_LETTERS, min_size=2, max_size=6)
_written = st.text(alphabet=f"{_LETTERS}\u0301\u00ad-", max_size=4)
_patterns = st.one_of(
    st.builds(
        "{}{}{}".format, st.sampled_from(("", "=", "#", "=#")), _words, st.sampled_from(("", "*", "?", "s?\u00e9"))
    ),
    st.builds("{}{}".format, st.sampled_from(("=*", "*", "?")), _words),
)
_texts = st.lists(
    st.builds("{}{}{}".format, st.sampled_from(("", "#", "\u00ab", "\uff03")), _words, _written | st.just("'s")),
    max_size=8,
)


@given(queries=st.lists(_patterns, min_size=1, max_size=3), texts=_texts)
def test_what_may_fit_a_pattern_is_looked_up(queries: list[str], texts: list[str]) -> None:
    rules = rules_of(queries)
    text = " ".join([*texts, *[query.strip("=*?") for query in queries]])
    found = [
        [each.rule.id for each in index(rules).match(Article(id="1", body=text))] for index in (RuleIndex, PlainIndex)
    ]
    assert found[0] == found[1]


def test_few_characters_are_left_to_analysis() -> None:
    assert np.count_nonzero(characters() & About.KIND == Kind.COMPLEX) < 1_200
    assert None not in [form for _, form in _told(_space(_NEWS))]


def test_terms_have_room() -> None:
    sizes = characters() >> About.FOLDED_SIZE_AT & About.FOLDED_SIZE
    bytes_of = [len(chr(code).encode("utf-8", "surrogatepass")) for code in range(len(sizes))]
    assert (sizes + 1 <= FOLDED_PER_BYTE * np.array(bytes_of)).all()
