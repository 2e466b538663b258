"""Laws of hits that a kernel finds beforehand: they are those that analysis finds, or it says nothing of a phrase."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.queries import rules_of

from wirewatch.article import Article
from wirewatch.matching.compiled.foretelling import Foreteller
from wirewatch.matching.document import Document, Hit
from wirewatch.query import Phrase, Word, parse
from wirewatch.rule import Rule

_words = st.sampled_from(
    [
        *("a", "b", "s", "us", "sao", "a1", "1000", "obrien", "korea", "x" * 8, "x" * 9, "y" * 20),
    ]
)
_phrases = st.lists(_words, min_size=1, max_size=3).map(" ".join)
_pieces = st.sampled_from(
    [
        *(
            "U.S.",
            "us",
            "Korea's",
            "korea",
            "O'Brien",
            "São",
            "sao",
            "1,000",
            "1000",
            "s",
            "a",
            "b2.5",
            "A1",
            "u",
            "#a",
        ),
        *("AT&T", "a_b", "x" * 8, "X" * 9, "y" * 20, "’s", "'s", "o", "brien", "obrien", "日", "é", "İ", "\x1f", "😀"),
    ]
)
_gaps = st.sampled_from(
    [
        *(" ", " ", " ", "  ", ", ", ". ", '," ', "-", " – ", "\n", "\n\n", "'", ".", ",", ": (", "", "\u3000"),
    ]
)
_texts = st.lists(st.tuples(_pieces, _gaps), max_size=14).map(lambda parts: "".join(map("".join, parts)))
_any_texts = _texts | st.text(alphabet="aBs12.,'’&#-/\n \t\r\xa0“”éŁøİ", max_size=70)


def _foretold(article: Article, rule: Rule, phrase: Phrase) -> list[Hit] | None:
    document = Document(article)
    Foreteller().foretell(document, [rule])
    hits = document._hits.get(phrase.terms)  # noqa: SLF001 - else it can't be told from what it finds later
    return hits if hits is None else sorted(hits)


def _analysed(article: Article, phrase: Phrase) -> list[Hit]:
    return sorted(Document(article)._analysed_hits(phrase, None))  # noqa: SLF001 - without seeking


@given(title=_any_texts, body=_any_texts, query=_phrases)
@example(title="", body="x's's a", query="xs")
@example(title="", body="Korea's.U.S. ", query="us")
@example(title="korea", body="korea", query="korea korea")
@example(title="", body="a,b a.b", query="ab")
@example(title="", body='"Korea," he said. Korea\'s. Korea\'s, "korea', query="korea")
def test_hits_that_are_foretold_are_those_of_analysis(title: str, body: str, query: str) -> None:
    article = Article(id="1", title=title, body=body)
    (rule,) = rules_of([f'"{query}"'])
    phrase = parse(rule.query)
    assert isinstance(phrase, Phrase)
    assert _foretold(article, rule, phrase) in (None, _analysed(article, phrase))


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Korea and Japan, korea.", "korea", [(0, 5), (17, 22)]),
        ('South Korea\'s minister: "South Korea," (South\nKorea)', "south korea", [(0, 13), (25, 36), (40, 51)]),
        ("São Paulo’s mayor – Łódź", "sao paulo", [(0, 11)]),
        ("São Paulo’s mayor – Łódź", "lodz", [(20, 24)]),
        ("North Korea", "south korea", []),
        ("koreans", "korea", []),
        ("x" * 100 + " korea " + "y" * 100, "korea", [(101, 106)]),
    ],
)
def test_what_is_clear_is_foretold(text: str, query: str, expected: list[tuple[int, int]]) -> None:
    (rule,) = rules_of([f'"{query}"'])
    phrase = parse(rule.query)
    assert isinstance(phrase, Phrase)
    assert _foretold(Article(id="1", body=text), rule, phrase) == [("body", *span) for span in expected]
    assert _foretold(Article(id="1", title=text), rule, phrase) == [("title", *span) for span in expected]


@pytest.mark.parametrize("text", ["U.S.", "#us", "US&T", "us'x", "x'us", "US 日本", "u.s"])
def test_what_is_unclear_is_left_to_be_found_out(text: str) -> None:
    (rule,) = rules_of(["us"])
    phrase = parse(rule.query)
    assert isinstance(phrase, Phrase)
    assert _foretold(Article(id="1", body=text), rule, phrase) is None


def test_all_plain_phrases_of_all_rules_are_foretold_and_no_others() -> None:
    rules = rules_of(["a AND (b OR title:c OR dd*)", "NOT e AND f NEAR g AND a", '"a h"'])
    document = Document(Article(id="1", title="a", body="b a h e"))
    Foreteller().foretell(document, rules)
    assert {*document._hits} == {("a",), ("b",), ("e",), ("a", "h")}  # noqa: SLF001 - the same


def test_a_phrase_with_more_finds_than_there_is_room_for_is_left_to_be_analysed_alone() -> None:
    document = Document(Article(id="1", body="b " + "a " * 2_000 + "c"))
    Foreteller().foretell(document, rules_of(["b AND a AND c"]))
    assert {*document._hits} == {("b",), ("c",)}  # noqa: SLF001 - the same
    assert len(document.hits(Phrase(parse("a").words), None)) == 2_000  # type: ignore[union-attr]


@given(
    body=_any_texts,
    queries=st.lists(st.lists(_phrases, min_size=1, max_size=6).map(" AND ".join), min_size=1, max_size=4),
)
def test_hits_of_many_rules_that_share_phrases_are_those_of_analysis(body: str, queries: list[str]) -> None:
    article = Article(id="1", body=body)
    document = Document(article)
    Foreteller().foretell(document, rules_of(queries))
    phrases = {tuple(phrase.split()) for query in queries for phrase in query.split(" AND ")}
    for terms, hits in document._hits.items():  # noqa: SLF001 - the same
        assert terms in phrases
        assert sorted({*hits}) == _analysed(article, Phrase(tuple(map(Word, terms))))


def test_a_phrase_of_very_many_terms_is_foretold() -> None:
    terms = ["a"] * 254 + ["z"]
    article = Article(id="1", body=" ".join(["a", *terms]))
    (rule,) = rules_of([f'"{" ".join(terms)}"'])
    phrase = parse(rule.query)
    assert isinstance(phrase, Phrase)
    assert _foretold(article, rule, phrase) == [("body", 2, len(article.body))]


def test_what_takes_long_to_foretell_is_left_to_be_found_out() -> None:
    document = Document(Article(id="1", body="a " * 500_000))
    Foreteller().foretell(document, rules_of(['"a a a a a a a a a a a a z"']))
    assert not document._hits  # noqa: SLF001 - the same
