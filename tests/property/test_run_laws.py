"""Laws of runs: whatever articles are decided together, each has the answer that it has alone."""

import ctypes

from hypothesis import given
from hypothesis import strategies as st
from tests.support.plain_evaluator import may_match_without_words
from tests.support.queries import articles, rules_of, texts, trees

from wirewatch.article import Article
from wirewatch.matching import PlainIndex, RuleIndex
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


def test_room_that_was_made_is_there_for_articles_of_other_shapes() -> None:
    index = RuleIndex(rules_of(["law AND NOT author:kim"]))
    large = Article(id="1", body="law and order " * 5_000)
    of_many = Article(id="2", body="law", authors=("lee",) * 50)
    index.decide_all([large, of_many, large])
    scratch = index._engine._decider._all_scratch[0]  # noqa: SLF001 - how often there is new room shows nowhere else
    space = scratch.space
    index.decide_all([of_many, large, of_many])
    assert scratch.space is space


class _Other(str):
    __slots__ = ()


characters = st.characters(categories=("L", "N", "P", "Cs", "So"), max_codepoint=0x2FFF)
any_text = st.lists(st.tuples(st.text(characters, max_size=5), st.integers(0, 40)), max_size=4).map(
    lambda parts: "".join(part + "x" * spaced for part, spaced in parts)
)


@given(any_text | texts | strange, any_text, st.booleans())
def test_a_kernel_sees_the_utf_8_of_any_text(title: str, body: str, is_other: bool) -> None:  # noqa: FBT001 - drawn
    given = Article(id="1", title=_Other(title) if is_other else title, body=body)
    index = RuleIndex(rules_of(["other"]))
    for article in (given, Article(id="2", title=body, body=title)):
        index.decide(article)
        scratch = index._engine._decider._all_scratch[0].space  # noqa: SLF001 - what it reads shows nowhere else
        seen = scratch.text[: scratch.state[State.SIZE]].tobytes()
        expected = [text.encode("utf-8", "surrogatepass") for text in (article.title, article.body)]
        assert seen == b"".join(text + b"\xff" for text in expected)


def test_a_text_that_has_its_utf_8_beside_it_is_seen_as_it_is() -> None:
    text = "\u0400" * 1_001
    ctypes.pythonapi.PyUnicode_AsUTF8(ctypes.py_object(text))
    index = RuleIndex(rules_of(["\u0400" * 1_001]))
    assert len(index.decide(Article(id="1", body=text))) == 1


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
