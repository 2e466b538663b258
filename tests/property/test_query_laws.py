"""Laws of the rule language."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

import re
from collections.abc import Callable
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from tests.support.plain_evaluator import is_match, may_match_without_words
from tests.support.queries import PARSED_LISTS, WORDS, articles, single_phrases, trees

from wirewatch.article import Article
from wirewatch.query import (
    AtLeast,
    FieldName,
    InField,
    Near,
    Phrase,
    Query,
    QueryError,
    Word,
    check,
    format_query,
    parse,
)
from wirewatch.query.narrower import is_narrower

_PIECES = (
    *WORDS,
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    '"',
    "“",
    "（",
    "\\",
    "# ",
    "#",
    "\n",
    " ",
    " ",
    " ",
    "*",
    ":",
    "&",
    "NEAR/3",
)
mutated = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)
anything = st.one_of(st.text(max_size=80), mutated)
words = st.text(min_size=1, max_size=10).map(lambda text: Word(re.sub(r"([\\*?])", r"\\\1", text)))


def _needs_a_word(tree: Query) -> bool:
    return not may_match_without_words(tree)


@given(tree=trees.filter(_needs_a_word))
def test_printing_a_tree_and_parsing_it_gives_it_back(tree: Query) -> None:
    assert parse(format_query(tree), PARSED_LISTS) == tree


@given(found=st.lists(words, min_size=1, max_size=3).map(lambda found: Phrase(tuple(found))))
def test_a_phrase_of_any_words_can_be_printed_and_parsed(found: Phrase) -> None:
    if found.terms:
        assert parse(format_query(found)) == found


def _outcome(text: str) -> Query | QueryError:
    try:
        return parse(text, PARSED_LISTS)
    except QueryError as error:
        return error


@given(tree=trees)
def test_exactly_what_would_match_a_text_without_words_is_refused(tree: Query) -> None:
    outcome = _outcome(format_query(tree))
    assert isinstance(outcome, QueryError) is not _needs_a_word(tree)
    assert not isinstance(outcome, QueryError) or "none of its words" in outcome.message


@given(text=anything)
def test_any_text_gives_a_tree_or_an_error_with_a_place(text: str) -> None:
    outcome = _outcome(text)
    if isinstance(outcome, QueryError):
        start, end = outcome.span
        assert 0 <= start <= end <= len(text)
        assert "^" in str(outcome)
    else:
        assert parse(format_query(outcome), PARSED_LISTS) == outcome


_pairs = st.lists(single_phrases, min_size=1, max_size=2).map(
    lambda found: Phrase(tuple(word for phrase in found for word in phrase.words))
)
_alike: st.SearchStrategy[Query] = st.one_of(
    _pairs,
    st.builds(InField, st.sampled_from((FieldName.TITLE, FieldName.LEAD, FieldName.BODY)), _pairs),
    st.builds(AtLeast, single_phrases, st.integers(1, 2)),
    st.builds(Near, single_phrases, single_phrases, st.integers(1, 2), st.booleans()),
)


@given(queries=st.lists(_alike, min_size=6, max_size=6), article=articles)
def test_what_is_called_narrower_matches_no_article_that_the_wider_does_not(
    queries: list[Query], article: Article
) -> None:
    matched = [query for query in queries if is_match(query, article)]
    for query, other in permutations(queries, 2):
        assert not (is_narrower(query, other) and query in matched and other not in matched)


simple = st.lists(
    st.sampled_from(
        ("AND", "OR", "NOT", "(", ")", '"', "japan", '"south korea"', "US", "near", "date", "日本", "a-b", "*b")
    )
    | st.sampled_from(_PIECES),
    max_size=14,
)


@given(pieces=simple, separator=st.sampled_from((" ", " ", " ", "")))
def test_a_query_alone_is_read_as_one_that_is_checked(pieces: list[str], separator: str) -> None:
    text = separator.join(pieces)
    assert _tree_or_message(parse, text) == _tree_or_message(lambda text: check(text).query, text)


def _tree_or_message(read: Callable[[str], Query], text: str) -> Query | str:
    try:
        return read(text)
    except QueryError as error:
        return str(error)


@given(text=anything.filter(lambda text: not text.endswith("\\")))
def test_spaces_around_a_query_change_nothing(text: str) -> None:
    plain, spaced = _outcome(text), _outcome(f" {text} ")
    if isinstance(plain, QueryError):
        assert isinstance(spaced, QueryError)
        assert spaced.message == plain.message
    else:
        assert spaced == plain
