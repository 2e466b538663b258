"""What matches, and what a match says about it."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

import time

import pytest
from tests.support.queries import rules_of

from wirewatch.article import Article
from wirewatch.matching import Fault, PlainIndex, RuleIndex, TermHit
from wirewatch.matching.document import Document
from wirewatch.matching.holds import holds
from wirewatch.matching.supporting import Hits, hits_of
from wirewatch.query import FieldName, Query, parse
from wirewatch.rule import Rule


def matches(query: str, *, title: str = "", body: str = "") -> bool:
    return bool(RuleIndex(rules_of([query])).match(Article(id="1", title=title, body=body)))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("Japan AND South Korea AND defense", "South Korea's defense minister flew to Japan.", True),
        ("Japan AND South Korea AND defense", "North Korea tests Japan's defense.", False),
        ("South Korea", "South Korean troops", False),
        ("South Korea", "the south of Korea", False),
        ("Japan", "Japanese", False),
        ("Japan OR Korea", "KOREA", True),
        ("Japan NOT Korea", "Japan", True),
        ("Japan NOT Korea", "Japan, Korea", False),
        ("NOT (NOT Japan AND NOT Korea)", "Korea", True),
        ("NOT (NOT Japan AND NOT Korea)", "China", False),
        ("US Japan", "the US-Japan pact", True),
        ("US-Japan", "US Japan", True),
        ("日本", "日本政府", True),
        ("日本", "本日", False),
        ("AT&T", "AT&T fell", True),
        ("AT&T", "at t", False),
        ("Quad", "#Quad", True),
        ("#Quad", "Quad", False),
        ("a a", "a", False),
        ("a a", "a a", True),
        ("Sao Paulo", "São Paulo", True),
    ],
)
def test_query_matches_text(query: str, text: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert matches(query, body=text) is expected


def test_and_reaches_from_title_into_body() -> None:
    assert matches("Japan AND Korea", title="Japan", body="Korea")


def test_phrase_does_not_reach_from_title_into_body() -> None:
    assert not matches("South Korea", title="South", body="Korea")


def test_not_covers_the_whole_article() -> None:
    assert not matches("Japan NOT Korea", title="Korea", body="Japan")


def test_matches_come_by_rule_id_whatever_the_order_of_rules() -> None:
    rules = rules_of(["Japan", "Korea", "Japan OR Korea", "China"])
    index = RuleIndex(reversed(rules))
    found = index.match(Article(id="1", body="Japan and Korea"))
    assert [match.rule for match in found] == rules[:3]
    assert len(index) == 4


def test_rule_that_is_not_enabled_never_matches() -> None:
    index = RuleIndex([Rule(id="off", name="Off", query="Japan", enabled=False)])
    assert index.match(Article(id="1", body="Japan")) == ()
    assert len(index) == 0


def test_hits_are_offsets_into_the_original_text_by_field_and_place() -> None:
    article = Article(id="1", title="South\u00ad Korea", body="“Japan’s” ministry: south\n\nKOREA, Japan")
    (match,) = RuleIndex(rules_of(["Japan AND (South Korea OR China) NOT Taiwan"])).match(article)
    assert match.terms == (
        TermHit("title", 0, 12, "South\u00ad Korea"),
        TermHit("body", 1, 8, "Japan’s"),
        TermHit("body", 20, 32, "south\n\nKOREA"),
        TermHit("body", 34, 39, "Japan"),
    )
    assert all(getattr(article, hit.field)[hit.start : hit.end] == hit.text for hit in match.terms)


def test_only_the_branches_that_hold_are_explained() -> None:
    article = Article(id="1", body="Japan China India")
    (match,) = RuleIndex(rules_of(["Japan AND (China OR India AND Korea)"])).match(article)
    assert [hit.text for hit in match.terms] == ["Japan", "China"]


def test_short_text_is_its_own_snippet_on_one_line() -> None:
    (match,) = RuleIndex(rules_of(["Korea"])).match(Article(id="1", title="None", body="In\nKorea today"))
    (snippet,) = match.snippets
    assert (snippet.field, snippet.text, snippet.hits) == ("body", "In Korea today", ((3, 8),))


def test_snippet_of_a_long_text_is_the_part_with_most_different_hits() -> None:
    body = "Korea here. " + "nothing to see " * 60 + "then Korea met Japan there " + "and so on " * 60
    (match,) = RuleIndex(rules_of(["Korea AND Japan"])).match(Article(id="1", body=body))
    (snippet,) = match.snippets
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")
    assert len(snippet.text) <= 302
    assert [snippet.text[start:end] for start, end in snippet.hits] == ["Korea", "Japan"]


def test_rule_that_raises_costs_only_itself() -> None:
    rules = rules_of(["Japan", "Korea", "Japan AND Korea"])
    failure = ValueError("broken")

    def seek_all_but_one(query: Query, document: Document) -> Hits:
        if query is rules[1].expression:
            raise failure
        return hits_of(query, document)

    def judge_all_but_one(query: Query, document: Document) -> bool:
        if query is rules[1].expression:
            raise failure
        return holds(query, document)

    for index in (RuleIndex(rules, seek=seek_all_but_one), PlainIndex(rules, judge=judge_all_but_one)):
        found = index.match_with_faults(Article(id="1", body="Japan and Korea"))
        assert [match.rule for match in found.matches] == [rules[0], rules[2]]
        assert found.faults == (Fault(rules[1], failure),)


def test_rule_that_can_not_be_read_again_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = rules_of(["Japan", "Korea", "Japan AND Korea"])
    index = RuleIndex(rules)
    failure = ValueError("broken")

    def read(*_: object) -> Query:
        raise failure

    rules[1].forget_expression()
    monkeypatch.setattr("wirewatch.rule.rule.parse", read)
    found = index.match_with_faults(Article(id="1", body="Japan and Korea"))
    assert [match.rule for match in found.matches] == [rules[0], rules[2]]
    assert found.faults == (Fault(rules[1], failure),)


def test_rules_whose_anchor_is_absent_are_not_looked_at() -> None:
    judged: list[Query] = []

    def judge(query: Query, document: Document) -> bool:
        judged.append(query)
        return holds(query, document)

    rules = rules_of(["the AND Japan", "the AND Korea", "Japan Korea", "(China OR India) AND the", "Japan OR China"])
    PlainIndex(rules, judge=judge).match(Article(id="1", body="The news of Japan"))
    assert set(judged) == {rules[0].expression, rules[4].expression}


@pytest.mark.parametrize(
    "query",
    [
        "Japan NEAR/100 Korea",
        "Japan SENTENCE Korea",
        "Japan PARAGRAPH (Korea OR China)",
        "Korea BEFORE/1 Korea",
        "ATLEAST/100 (Japan OR Korea)",
        "=Japan NEAR (jap* OR *rea) AND ~koreas",
        "(Japan NEAR/100 Korea) NEAR/100 China",
        "(Japan SENTENCE Korea) SENTENCE China",
        "((Japan NEAR/1 Japan) NEAR/1 Japan) NEAR/1 China",
        "Korea SENTENCE Korea SENTENCE Korea SENTENCE China",
        "ATLEAST/100 (Japan NEAR/5 Korea)",
        "lead:(Japan NEAR/100 Korea) AND China",
    ],
)
def test_proximity_in_a_text_of_nothing_but_its_words_takes_no_time(query: str) -> None:
    index = RuleIndex(rules_of([query]))
    started = time.process_time()
    index.match(Article(id="1", body="Japan Korea " * 20_000))
    index.match(Article(id="2", body="Japan " * 20_000 + "Korea " * 20_000))
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("(Japan NEAR/2 Korea) NEAR/1 China", "Japan x x x Korea x China x x x " * 9_000 + "Korea x Japan China"),
        ("Japan BEFORE/1 Korea BEFORE/1 China", "Korea Japan x x " * 20_000 + "Japan x Korea China"),
        (
            "Japan SENTENCE Korea SENTENCE China",
            "Japan Korea. Korea China. " * 9_000 + "China Japan Korea",
        ),
        ("Japan PARAGRAPH Korea", "Japan.\n\nKorea.\n\n" * 20_000 + "Japan. Korea."),
        ("ATLEAST/2 (Japan NEAR/1 Korea)", "Japan Korea " + "Japan x x Korea x x " * 20_000 + "Korea Japan"),
        ("lead:(Japan SENTENCE Korea)", "Japan. Korea. " * 20_000 + "Japan Korea\n\nx"),
    ],
)
def test_a_match_at_the_end_of_a_long_text_is_found(query: str, body: str) -> None:
    index = RuleIndex(rules_of([query]))
    assert index.decide(Article(id="1", body=body))
    assert not index.decide(Article(id="2", body=body.rpartition(" ")[0]))


def test_chains_of_proximity_are_found_early_in_a_long_text_whatever_order_their_words_have() -> None:
    index = RuleIndex(rules_of(["a NEAR/1 b NEAR/1 c NEAR/1 d NEAR/1 e"]))
    assert index.decide(Article(id="1", body="x x x x a b c d e " * 50_000))
    assert index.decide(Article(id="2", body="x x x x e c a b d " * 50_000))
    assert not index.decide(Article(id="3", body="x x x x a b x x c d e " * 50_000))


def test_wildcard_made_to_be_slow_is_not() -> None:
    index = RuleIndex(rules_of(["ab" + "*a*b" * 48 + "*cd"]))
    started = time.process_time()
    index.match(Article(id="1", body="ab" * 100_000 + " " + "ab" * 100_000 + "c"))
    assert time.process_time() - started < 5


def test_only_fields_that_a_rule_asks_for_are_analysed() -> None:
    document = Document(Article(id="1", title="Japan", source="Wire", url="https://example.com/", tags=("a",)))
    holds(parse("Japan AND source:wire"), document)
    assert set(document._parts) == {FieldName.TITLE, FieldName.BODY, FieldName.SOURCE}  # noqa: SLF001 - what is tested


def test_thousands_of_hits_in_a_long_article_are_explained_in_no_time() -> None:
    index = RuleIndex(rules_of(["Japan AND (South Korea OR a)"]))
    article = Article(id="1", body="South Korea and a Japan. " * 20_000)
    started = time.process_time()
    (match,) = index.match(article)
    assert len(match.terms) == 60_000
    assert time.process_time() - started < 5


def test_site_of_one_letter_is_found_below_another_whatever_words_other_rules_have() -> None:
    rules = rules_of(["site:t.co", *(f"co AND other{number}" for number in range(150))])
    matched = RuleIndex(rules).match(Article(id="1", body="x", url="https://a.t.co/x"))
    assert [match.rule.query for match in matched] == ["site:t.co"]
