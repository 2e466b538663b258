"""Laws of runs: whatever articles are decided together, each has the answer that it has alone."""

import ctypes

from hypothesis import given
from hypothesis import strategies as st
from tests.support.plain_evaluator import may_match_without_words
from tests.support.queries import articles, rules_of, texts, trees

from wirewatch.article import Article
from wirewatch.matching import PlainIndex, RuleIndex
from wirewatch.matching.compiled.addresses import placed
from wirewatch.matching.compiled.tables import State
from wirewatch.query import format_query
from wirewatch.rule import Rule
from wirewatch.text import analyse

queries = trees.filter(lambda tree: not may_match_without_words(tree)).map(format_query)
rule_sets = st.lists(queries, min_size=1, max_size=8).map(rules_of)
strange = st.sampled_from(("\u00bd" * 80, "\u0f71\u0f80x" * 30, "\u3316", "\ud800", "#a", "a\u200b" * 70, "x" * 9_000))
stranger = st.builds(lambda text, more: Article(id="x", title=text, body=f"{text} {more} {text}"), texts, strange)


def _together(index: RuleIndex, run: list[Article]) -> list[list[str]]:
    return [sorted(rule.id for rule in rules) for rules in index.decide_all(run)]


def _plain(rules: list[Rule], run: list[Article]) -> list[list[str]]:
    plain = PlainIndex(rules)
    return [[match.rule.id for match in plain.match(article)] for article in run]


@given(rules=rule_sets, run=st.lists(articles | stranger, max_size=8))
def test_articles_that_are_decided_together_have_the_answers_that_they_have_alone(
    rules: list[Rule], run: list[Article]
) -> None:
    index = RuleIndex(rules[:-1]).changed(rules[-1:])
    expected = _plain(rules, run)
    assert _together(index, run) == expected
    assert _together(index, run[::-1]) == expected[::-1]


def test_a_run_may_have_any_number_of_answers() -> None:
    rules = rules_of([f"(law OR w{number}) AND NOT x{number}" for number in range(3_000)])
    index = RuleIndex(rules[:2_500]).changed(rules[2_500:])
    run = [Article(id=str(number), body=f"law x{number}") for number in range(20)]
    assert _together(index, run) == _plain(rules, run)


@given(st.lists(texts | strange, max_size=5))
def test_a_text_is_at_its_address(some: list[str]) -> None:
    class Other(str):
        __slots__ = ()

    addresses, sizes, _owners = placed([*some, *map(Other, some)])
    found = [ctypes.string_at(address, size) for address, size in zip(addresses, sizes, strict=True)]
    assert found == [text.encode("utf-8", "surrogatepass") for text in some] * 2


@given(st.text(alphabet="aBc19 -'\",.()[]!?:;\n\u00e9\u2019s", max_size=400))
def test_words_are_found_where_analysis_finds_them_in_texts_of_many_blocks(text: str) -> None:
    terms = analyse(text).terms
    index = RuleIndex(rules_of(['"a"', '"b9"', '"aa"', '"a" AND "1"']))
    index.match(Article(id="1", title="", body=text))
    engine = index._engine  # noqa: SLF001 - what it reads shows nowhere else
    scratch = engine._decider._all_scratch[0].space  # noqa: SLF001
    first, end = scratch.state[State.ZONES + 2 : State.ZONES + 4]
    keys = [max(0, -form) for form in scratch.forms[first:end].tolist()]
    slots = engine._keys.slots  # noqa: SLF001
    asked = {"a", "b9", "aa", "1"}
    assert [slots[key].term if key else None for key in keys] == [term if term in asked else None for term in terms]
