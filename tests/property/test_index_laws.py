"""Laws of the compiled index: however it came about and whatever it has seen, it answers as the plain index does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.plain_evaluator import may_match_without_words
from tests.support.queries import articles, rules_of, texts, trees

from wirewatch.article import Article
from wirewatch.matching import PlainIndex, RuleIndex
from wirewatch.matching.compiled import lexicon
from wirewatch.matching.compiled.tables import State
from wirewatch.matching.document import Document
from wirewatch.query import FieldName, Unit, format_query
from wirewatch.rule import Rule
from wirewatch.text import analyse, exact_forms

queries = trees.filter(lambda tree: not may_match_without_words(tree)).map(format_query)
rule_sets = st.lists(queries, min_size=1, max_size=8).map(rules_of)
changes = st.lists(st.tuples(st.integers(0, 7), st.booleans() | st.none()), max_size=12)
"""Which rule, and whether it is put with its query, put but not enabled, or removed (None)."""


def _ids(index: RuleIndex | PlainIndex, article: Article) -> list[str]:
    return [match.rule.id for match in index.match(article)]


@given(rules=rule_sets, steps=changes, seen=articles, article=articles)
def test_an_index_that_was_changed_answers_as_one_made_anew(
    rules: list[Rule], steps: list[tuple[int, bool | None]], seen: Article, article: Article
) -> None:
    index, now = RuleIndex(rules[:2]), {rule.id: rule for rule in rules[:2]}
    for number, is_enabled in steps:
        rule = rules[number % len(rules)]
        if is_enabled is None:
            index = index.changed((), [rule.id])
            now.pop(rule.id, None)
        else:
            now[rule.id] = rule.model_copy(update={"enabled": is_enabled})
            index = index.changed([now[rule.id]])
        index.match(seen)
    assert len(index) == sum(rule.enabled for rule in now.values())
    assert _ids(index, article) == _ids(PlainIndex(now.values()), article)


@given(rules=rule_sets, seen=st.lists(articles, max_size=4), article=articles)
def test_tuning_by_what_was_seen_changes_no_answer(rules: list[Rule], seen: list[Article], article: Article) -> None:
    index = RuleIndex(rules)
    for each in seen:
        index.match(each)
    assert index.tuned().match(article) == index.match(article)


@given(rules=rule_sets, later=queries, article=articles)
def test_the_index_before_a_change_stays_as_it_was(rules: list[Rule], later: str, article: Article) -> None:
    index = RuleIndex(rules)
    before = index.match(article)
    index.changed([rules[0].model_copy(update={"query": later})], [rules[-1].id])
    assert index.match(article) == before


@given(rules=rule_sets, article=articles)
def test_indices_made_from_one_by_different_changes_answer_each_for_itself(rules: list[Rule], article: Article) -> None:
    index = RuleIndex(rules[:3])
    made = [(index.changed([rule]), [*rules[:3], rule]) for rule in rules]
    made += [(each.changed([rule]), [*of_each, rule]) for each, of_each in made for rule in (rules[0], rules[-1])]
    for each, of_each in [(index, rules[:3]), *made]:
        assert _ids(each, article) == _ids(PlainIndex({rule.id: rule for rule in of_each}.values()), article)


anything = st.lists(
    st.text(max_size=12)
    | texts
    | st.sampled_from(
        (
            "U.S.",
            "O'Brien's",
            "#日本",
            "3.5",
            "1,234.5,",
            "3.5bn",
            "ｶﾞ",
            "한국은",
            "e\u0301a\u0301",
            "\u200b",
            "(AT&T)",
            "\uff06a",
            "\u201cUS-Japan\u2019s,\u201d",
            "a'S-b's'",
        )
    ),
    max_size=6,
)


@given(pieces=anything, separator=st.sampled_from(("", " ", "\n", "\t", "\xa0", "日")))
def test_reading_finds_the_words_that_analysis_finds(pieces: list[str], separator: str) -> None:
    text = separator.join(pieces)
    index = RuleIndex(rules_of(["~word"]))  # any word may have its stem, so all of them are looked at
    engine = index._engine  # noqa: SLF001 - what it reads shows nowhere else
    document = Document(Article(id="1", title=text, body=text))
    for _ in range(2):  # met for the first time, and known
        index.match(document.article)
        scratch = engine._decider._all_scratch[0].space  # noqa: SLF001
        known = list(engine._decider.lexicons["en"]._forms)  # noqa: SLF001
        analysed = analyse(text)
        expected = [
            (term, exact, analysed.marked.get(position, ""))
            for position, (term, exact) in enumerate(zip(analysed.terms, exact_forms(analysed), strict=True))
        ]
        for zone in range(2):
            first, end = scratch.state[State.ZONES + 2 * zone : State.ZONES + 2 * zone + 2]
            assert [known[form] for form in scratch.forms[first:end]] == expected


@given(pieces=anything, separator=st.sampled_from(("", " ", "\n", "-", "'", "\u2019", "\xa0", "日")), data=st.data())
def test_reading_finds_the_terms_that_rules_ask_for_where_analysis_finds_them(
    pieces: list[str], separator: str, data: st.DataObject
) -> None:
    text = separator.join(pieces)
    terms = analyse(text).terms
    asked = data.draw(st.lists(st.sampled_from(sorted({*terms, "other"})), min_size=1, max_size=3))
    index = RuleIndex(rules_of([f'"{term}"' for term in asked]))
    engine = index._engine  # noqa: SLF001 - what it reads shows nowhere else
    for _ in range(2):  # met for the first time, and known
        index.match(Article(id="1", title=text, body=text))
        scratch = engine._decider._all_scratch[0].space  # noqa: SLF001
        known = list(engine._decider.lexicons[""]._forms)  # noqa: SLF001
        slots = engine._keys.slots  # noqa: SLF001
        first, end = scratch.state[State.ZONES : State.ZONES + 2]
        forms = scratch.forms[first:end].tolist()
        read = [known[form][0] if form > 0 else form and slots[-form].term for form in forms]
        assert len(read) == len(terms)
        assert [found for found in read if found in asked] == [term for term in terms if term in asked]


_MARKS = (
    " | | |. |.|, |! |?|\n|\n\n|\n \t\n|\r\n|\f|\v|\x1c|\x01|...|\u2026 |-|' |\u201d |.\" |.\u201d \u201c| (|).|\xa0|"
    ".\xa0|\x85|\u2028|\u2029|\u3002|\uff01|\u3000"
)
_WORDS = (
    "Japan a A Mr No Inc Jan approx 5 3.5 1,000 U.S. Korea's Messrs ministers São Núm ca \u0413\u0435\u043d é É #No $5 "
    "日 日本 \u0663 -- \u200b _"
)
marks = st.sampled_from(_MARKS.split("|"))
sentence_words = st.sampled_from(_WORDS.split(" "))
long_words = st.just("x" * 70)


@given(parts=st.lists(st.tuples(sentence_words | long_words, marks), max_size=12))
def test_kernels_find_the_sentences_and_paragraphs_that_analysis_finds(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + mark for word, mark in parts)
    index = RuleIndex(rules_of(["lead:last"]))
    article = Article(id="1", title=text, body=f"{text} last")  # the word that the rule asks about them for
    engine = index._engine  # noqa: SLF001 - what it reads shows nowhere else
    index.match(article)
    scratch = engine._decider._all_scratch[0].space  # noqa: SLF001
    document = Document(article)
    for zone, part in enumerate(document.text):
        first, end = scratch.state[State.ZONES + 2 * zone : State.ZONES + 2 * zone + 2]
        for of_kernel, unit in zip(scratch.units, (Unit.SENTENCE, Unit.PARAGRAPH), strict=True):
            numbers = of_kernel[first:end]
            assert (numbers - numbers[:1]).tolist() == part.units(unit)
    lead = document.parts(FieldName.LEAD)[0]
    assert scratch.state[State.LEAD] - first == lead._limit  # noqa: SLF001


@settings(max_examples=30)
@given(rules=rule_sets, seen=st.lists(articles, min_size=1, max_size=8))
def test_an_index_that_forgets_words_answers_the_same(rules: list[Rule], seen: list[Article]) -> None:
    plain = PlainIndex(rules)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lexicon, "_MAX_PIECES", 5)
        index = RuleIndex(rules)
        assert [_ids(index, article) for article in seen * 2] == [_ids(plain, article) for article in seen * 2]


def test_several_threads_match_while_rules_change() -> None:
    rules = rules_of([f"word{number} AND (other OR thing{number % 7}*)" for number in range(300)])
    news = [
        Article(id=str(number), body=f"word{number % 300} new{number} thing{number % 7}s word{number * 7 % 300} other")
        for number in range(600)
    ]
    plain = PlainIndex(rules)
    index = RuleIndex(rules)
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda article: _ids(index, article), news)
        for number in range(100):
            index = index.changed([rules[number]])
        assert list(answers) == [_ids(plain, article) for article in news]


def test_an_article_may_have_more_words_than_bytes() -> None:
    kilometres = "\u3316" * 20  # each is six words of one character
    rules = rules_of(["harbour", "\u30e1\u30fc\u30c8\u30eb", "title:harbour"])
    article = Article(id="1", title="News", body=f"{kilometres} " * 2_000 + "harbour")
    index = RuleIndex(rules)
    assert [_ids(index, article) for _ in range(2)] == [_ids(PlainIndex(rules), article)] * 2
    assert _ids(index, article) == ["rule-000", "rule-001"]


def test_any_number_of_words_may_follow_one_that_is_asked_for_exactly() -> None:
    words = [f"word{number}" for number in range(5_000)]
    index = RuleIndex(rules_of(["=US", *words]))
    assert _ids(index, Article(id="1", body=f"US {words[-1]}")) == ["rule-000", "rule-5000"]


def test_more_new_words_than_there_was_room_for_are_all_known() -> None:
    body = " ".join(f"x{number}y" for number in range(60_000))
    index = RuleIndex(rules_of(["x59999y AND x0y", "x60000y"]))
    assert [_ids(index, Article(id="1", body=body)) for _ in range(2)] == [["rule-000"]] * 2
