"""The meaning of the whole language, by a table of queries, articles and hits that anybody can extend."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.language_cases import Case, read_cases
from tests.support.plain_evaluator import matching_rules

from wirewatch.matching import RuleIndex
from wirewatch.rule import Rule

TABLE = Path(__file__).parent.parent / "golden" / "language.txt"
CASES = tuple(read_cases(TABLE))


def _rule(case: Case) -> Rule:
    return Rule.model_validate({"id": "case", "name": "Case", "query": case.query, "lists": case.lists})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_query_means_what_the_table_says(case: Case) -> None:
    matches = RuleIndex([_rule(case)]).match(case.article)
    found = tuple((hit.field, hit.start, hit.end) for match in matches for hit in match.terms) if matches else None
    assert (None if found is None else tuple(sorted(found))) == case.hits


def test_plain_evaluation_says_what_the_table_says() -> None:
    wrong = [str(case) for case in CASES if bool(matching_rules([_rule(case)], case.article)) is (case.hits is None)]
    assert wrong == []


def test_all_rules_of_the_table_in_one_index_match_as_each_alone() -> None:
    def rules() -> Iterator[Rule]:
        for number, query in enumerate(dict.fromkeys(case.query for case in CASES)):
            lists = next(case.lists for case in reversed(CASES) if case.query == query)
            yield Rule.model_validate({"id": f"r{number:04}", "name": query, "query": query, "lists": lists})

    everything = tuple(rules())
    index = RuleIndex(everything)
    for case in CASES:
        assert [match.rule.id for match in index.match(case.article)] == matching_rules(everything, case.article)


_LANGUAGES = ("Japanese", "Korean", "Chinese", "Arabic", "Russian", "German", "French", "Turkish", "Hindi")


def test_table_has_cases_enough_in_languages_enough() -> None:
    headings = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("== ")]
    assert len(CASES) >= 300
    assert [language for language in _LANGUAGES if language not in " ".join(headings)] == []
