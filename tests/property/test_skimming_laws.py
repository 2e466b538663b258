"""Laws of skimming: what it reads in a message is what decoding says, whatever the message holds."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.plain_evaluator import may_match_without_words
from tests.support.queries import articles, rules_of, trees

from wirewatch.article import Article, ArticleRejected, decode_article, encode_article
from wirewatch.article.skimming import skim
from wirewatch.matching import RuleIndex
from wirewatch.query import format_query
from wirewatch.rule import Rule

_MAX_BYTES = 100_000

_marks = st.sampled_from(
    (
        *("<", "&", "&amp;", "&lt;b", "AT&T", ";", "<p>", "</p>", '"', "\\", "\\u0041", "/", "2026-11-27"),
        *("\r\n", "\n", "\t", "\b", "\f", "\0", "\x1f", "\x7f", "\x85", "\xa0", "\u2028", "\u3000", "\ufeff", "\ud800"),
        *("\udc00", "\U0001f600", "\U0010ffff", "\u00e9", "\u0436", "\u65e5", "\u07ff", "\u0800", "\uffff"),
    )
)
_words = _marks | st.text(max_size=6) | st.text(st.characters(), max_size=3) | st.just("w" * 70)
_texts = st.lists(_words, max_size=8).map(" ".join)
_instants = st.datetimes(
    timezones=st.sampled_from((None, UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=9, minutes=30))))
)
_written = st.builds(lambda instant, mark: instant.isoformat().replace("T", mark), _instants, st.sampled_from("TtT "))
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=10,
)
_lists = st.lists(_texts, max_size=4)
_fields: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("id", "title", "body", "source", "url", "language"), st.none() | _texts | _texts | _texts),
    **dict.fromkeys(("authors", "countries", "tags"), st.none() | _lists),
    "published_at": st.none() | _written | _written.map(lambda text: text[:10]) | _texts,
}
_names = st.sampled_from(("headline", "uri", "body_text", "Title", "titles", "a" * 20, "", "published")) | _texts
_messages = st.builds(
    lambda fields, strange, others: fields | strange | others,
    st.fixed_dictionaries({}, optional=_fields),
    st.dictionaries(st.sampled_from([*_fields]), _json, max_size=1),
    st.dictionaries(_names, _json, max_size=2),
)


def _dumped(message: Mapping[str, Any], *, is_ascii: bool, indent: int | None, slash: bool) -> bytes:
    text = json.dumps(message, ensure_ascii=is_ascii, indent=indent)
    return (text.replace("/", "\\/") if slash else text).encode("utf-8", "surrogatepass")


_raw = st.builds(
    _dumped, _messages, is_ascii=st.booleans(), indent=st.sampled_from((None, None, 2)), slash=st.booleans()
)
_pieces = st.sampled_from(
    [
        *(b'"', b"\\", b"\\u", b"\\ud83d", b"{", b"}", b"[", b"]", b",", b":", b" ", b"0", b"-1", b"1.5e3", b"null"),
        *(
            b"true",
            b"\x00",
            b"\xff",
            b"\xc0\x80",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b'"title":"x",',
            b'{"a":',
            b"\xef\xbb\xbf",
        ),
    ]
)
_damaged = st.builds(
    lambda raw, piece, where, dropped: raw[: (at := int(where * len(raw)))] + piece + raw[at + dropped :],
    _raw,
    _pieces | st.binary(max_size=3),
    st.floats(0, 1),
    st.integers(0, 3),
)
queries = trees.filter(lambda tree: not may_match_without_words(tree)).map(format_query)


def _decoded(raw: bytes) -> Article | None:
    try:
        return decode_article(raw, max_bytes=_MAX_BYTES)
    except ArticleRejected:
        return None


@given(messages=st.lists(_raw | _damaged | st.binary(max_size=20), max_size=5))
@example(messages=[b'{"title":"x","title":null}', b'{"title":null,"title":"x"}'])
@example(messages=[b'{"title":"x","published_at":"2026-11-27T00:00:00.5+00:01"}'])
def test_what_is_skimmed_is_what_decoding_says(messages: list[bytes]) -> None:
    skimmed = skim(messages, max_bytes=_MAX_BYTES)
    for number, place in enumerate(skimmed.places):
        article = _decoded(messages[place])
        assert article is not None
        assert skimmed.article(number) == article
        title_start, title_end, body_start, body_end = skimmed.texts[number].tolist()
        assert skimmed.text(title_start, title_end) == article.title
        assert skimmed.text(body_start, body_end) == article.body
        assert skimmed.days[number] == (article.published_at.toordinal() if article.published_at else 0)


_clean_words = st.text(st.characters(exclude_characters="<&\r", exclude_categories=["C"]), min_size=1, max_size=8)
_clean = st.lists(_clean_words, min_size=1, max_size=8).map(lambda words: "word " + " ".join(words))
_clean_articles = st.builds(
    Article,
    id=_clean,
    title=_clean,
    body=st.lists(_clean).map("\n\n".join),
    source=st.none() | _clean,
    url=st.none() | _clean.map(str.strip),
    language=st.none() | st.sampled_from(("en", "pt-BR")),
    published_at=st.none() | st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy gives the zone
    authors=st.lists(_clean, max_size=3).map(tuple),
    countries=st.just(()),
    tags=st.lists(_clean, max_size=3).map(tuple),
)


@given(article=_clean_articles, is_ascii=st.booleans())
def test_an_article_that_needs_no_cleaning_is_skimmed(article: Article, is_ascii: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
    written = json.loads(encode_article(article))
    raw = json.dumps(written, ensure_ascii=is_ascii).encode()
    assert skim([raw, raw], max_bytes=_MAX_BYTES).places == [0, 1]


_strange = st.sampled_from(("\u00bd" * 80, "\u0f71\u0f80x" * 30, "\u3316", "a\u200b" * 70, "x" * 9_000))
_stranger = st.builds(
    lambda text, language, authors: Article("x", text, f"{text} japan {text}", None, None, language, None, authors),
    _strange,
    st.sampled_from((None, "en", "ko")),
    st.lists(st.sampled_from(("Kim", "japan")), max_size=3).map(tuple),
)


@given(
    rules=st.lists(queries, min_size=1, max_size=6).map(rules_of),
    more=st.lists(queries, max_size=2).map(rules_of),
    run=st.lists(articles | _stranger, max_size=6),
)
def test_skimmed_articles_have_the_answers_that_they_have_when_decoded(
    rules: list[Rule], more: list[Rule], run: list[Article]
) -> None:
    index = RuleIndex(rules).changed(more)
    messages = [encode_article(article) for article in run]
    skimmed = skim(messages, max_bytes=_MAX_BYTES)
    decided = index.decided_skimmed(skimmed)
    expected = index.decided_all([decode_article(messages[place], max_bytes=_MAX_BYTES) for place in skimmed.places])
    assert [[*map(list, each)] for each in decided] == [[*map(list, each)] for each in expected]


_NEWS: dict[str, Any] = {"title": "Japan", "body": "Minister", "language": "ru"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("lang:ko AND japan", {"language": "ko-KR"}),
        ("site:example.com AND japan", {"url": "https://news.example.com/1"}),
        ("tag:law AND japan", {"tags": ["tax", "Law"]}),
        ("country:jp AND japan", {"countries": ["JP"]}),
        ("source:times AND japan", {"source": "The Times"}),
        ("author:kim AND japan", {"authors": ["Lee", "Kim"]}),
        ("japan AND date>=2026-11-27", {"published_at": "2026-11-26T23:30:00-01:00"}),
        ("~ministers", {"language": "en"}),
    ],
)
def test_what_rules_ask_beside_texts_is_known_of_skimmed_articles(query: str, said: dict[str, Any]) -> None:
    skimmed = skim([json.dumps(_NEWS | more).encode() for more in ({}, said)], max_bytes=_MAX_BYTES)
    decided = RuleIndex(rules_of([query])).decided_skimmed(skimmed)
    assert [len(rules) for rules, _ in decided] == [0, 1]


@pytest.mark.parametrize("size", range(60, 70))
def test_texts_of_any_size_end_where_they_end(size: int) -> None:
    text = "e" * size
    messages = [json.dumps({"title": part, "body": text}).encode() for part in (text, f'{text}"', f"é{text}")]
    skimmed = skim(messages, max_bytes=_MAX_BYTES)
    assert [skimmed.article(number) for number in range(3)] == [_decoded(message) for message in messages]
