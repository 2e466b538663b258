"""Laws of the index: it is fast, and nothing else about it may show."""

from hypothesis import given
from hypothesis import strategies as st
from tests.support.plain_evaluator import is_match, matching_rules
from tests.support.queries import articles, rules_of, trees

from wirewatch.article import Article
from wirewatch.matching import RuleIndex
from wirewatch.query import format_query
from wirewatch.rule import Rule
from wirewatch.text import terms_of

queries = trees.filter(lambda tree: not is_match(tree, [[]])).map(format_query)
rule_sets = st.lists(queries, min_size=1, max_size=6).map(rules_of)


def _ids(rules: list[Rule], article: Article) -> list[str]:
    return [match.rule.id for match in RuleIndex(rules).match(article)]


@given(rules=rule_sets, article=articles)
def test_index_answers_as_plain_evaluation_of_every_rule_does(rules: list[Rule], article: Article) -> None:
    assert _ids(rules, article) == matching_rules(rules, article)


@given(rules=rule_sets, article=articles)
def test_adding_a_rule_never_changes_the_matches_of_others(rules: list[Rule], article: Article) -> None:
    without = [match for match in RuleIndex(rules).match(article) if match.rule != rules[-1]]
    assert list(RuleIndex(rules[:-1]).match(article)) == without


@given(rules=rule_sets.flatmap(lambda rules: st.tuples(st.just(rules), st.permutations(rules))), article=articles)
def test_the_order_of_rules_changes_nothing(rules: tuple[list[Rule], list[Rule]], article: Article) -> None:
    assert RuleIndex(rules[0]).match(article) == RuleIndex(rules[1]).match(article)


@given(rules=rule_sets, first=articles, second=articles)
def test_the_order_of_articles_changes_nothing(rules: list[Rule], first: Article, second: Article) -> None:
    index = RuleIndex(rules)
    matches = [index.match(first), index.match(second)]
    assert [index.match(second), index.match(first)] == matches[::-1]


@given(rules=rule_sets, article=articles)
def test_every_hit_selects_text_with_a_term_of_its_query(rules: list[Rule], article: Article) -> None:
    for match in RuleIndex(rules).match(article):
        assert match.terms
        asked = set(terms_of(match.rule.query))
        for hit in match.terms:
            assert getattr(article, hit.field)[hit.start : hit.end] == hit.text
            assert asked.intersection(terms_of(hit.text) + tuple(term.lstrip("&#") for term in terms_of(hit.text)))


@given(rules=rule_sets, article=articles)
def test_every_snippet_marks_hits_of_its_field(rules: list[Rule], article: Article) -> None:
    for match in RuleIndex(rules).match(article):
        for snippet in match.snippets:
            texts = {" ".join(hit.text.split()) for hit in match.terms if hit.field == snippet.field}
            assert snippet.hits
            assert {" ".join(snippet.text[start:end].split()) for start, end in snippet.hits} <= texts
