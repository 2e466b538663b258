"""Laws of matching, for every operator: it is fast, and nothing else about it may show."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.support.plain_evaluator import is_match, matching_rules, may_match_without_words
from tests.support.queries import articles, rules_of, trees

from wirewatch.article import Article
from wirewatch.matching import RuleIndex, TermHit
from wirewatch.matching.anchors import anchors_of, phrases_of, required_terms
from wirewatch.matching.candidates import AnchorTable
from wirewatch.matching.commonness import commonness
from wirewatch.matching.document import Document, field_text
from wirewatch.matching.holds import holds
from wirewatch.query import Query, format_query
from wirewatch.rule import Rule

queries = trees.filter(lambda tree: not may_match_without_words(tree)).map(format_query)
rule_sets = st.lists(queries, min_size=1, max_size=6).map(rules_of)


@given(tree=trees, article=articles)
def test_a_tree_holds_where_plain_evaluation_says_so(tree: Query, article: Article) -> None:
    assert holds(tree, Document(article)) is is_match(tree, article)


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])  # only matches say something here
@given(tree=trees.filter(lambda tree: not may_match_without_words(tree)), article=articles)
def test_every_article_that_a_tree_matches_has_an_anchor_and_all_required_terms_of_it(
    tree: Query, article: Article
) -> None:
    assume(is_match(tree, article))
    document, anchors = Document(article), anchors_of(tree, commonness)
    assert anchors is not None
    assert set(AnchorTable([(anchor, tree) for anchor in anchors]).of(document)) == {tree}
    assert required_terms(tree) <= document.terms


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
        for hit in match.terms:
            assert field_text(article, hit.field)[hit.start : hit.end] == hit.text
            assert _is_asked_for(match.rule.expression, hit, article)


def _is_asked_for(query: Query, hit: TermHit, article: Article) -> bool:
    alone = Article(id="hit", body=hit.text, language=article.language)
    return any(is_match(phrase, alone) for phrase in phrases_of(query))


@given(rules=rule_sets, article=articles)
def test_every_snippet_marks_hits_of_its_field(rules: list[Rule], article: Article) -> None:
    for match in RuleIndex(rules).match(article):
        for snippet in match.snippets:
            texts = {" ".join(hit.text.split()) for hit in match.terms if hit.field == snippet.field}
            assert snippet.hits
            assert {" ".join(snippet.text[start:end].split()) for start, end in snippet.hits} <= texts
