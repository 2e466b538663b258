"""The rule's value, and its form on the wire."""

import pytest
from pydantic import ValidationError

from wirewatch.query import QueryError, parse
from wirewatch.rule import Rule, RuleError, Severity, decode_rule, encode_rule

RULE = Rule(id="japan", name="Japan", query="Japan AND Korea", tags=("asia",), receivers=("desk",))


def test_encoded_rule_decodes_to_the_same() -> None:
    assert decode_rule(encode_rule(RULE)) == RULE


def test_rule_has_its_query_as_a_tree() -> None:
    assert RULE.expression == parse("Japan AND Korea")


def test_revision_is_the_same_for_the_same_definition_in_any_process() -> None:
    assert RULE.revision == decode_rule(encode_rule(RULE)).revision == "ffae66d5a315"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "other"},
        {"name": "Other"},
        {"query": "Japan OR Korea"},
        {"severity": Severity.HIGH},
        {"tags": ()},
        {"receivers": ("desk", "b")},
        {"enabled": False},
        {"lists": {"asia": "Japan"}},
    ],
)
def test_revision_changes_with_everything_that_defines_the_rule(change: dict[str, object]) -> None:
    assert Rule.model_validate({**RULE.model_dump(), **change}).revision != RULE.revision


def test_changed_copy_has_its_own_tree_and_revision() -> None:
    copy = Rule.model_validate(RULE.model_dump() | {"query": "China"})
    assert copy.expression == parse("China")


def test_fields_of_a_later_version_are_ignored() -> None:
    assert decode_rule(b'{"id":"a","name":"A","query":"x","later":1}') == Rule(id="a", name="A", query="x")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "message: Invalid JSON"),
        (b"\xff", "message: Invalid JSON"),
        (b"[]", "message: "),
        (b'{"id":"Bad Id","query":1}', "id: .*name: .*query: "),
        (b'{"id":"a\\n","name":"A","query":"x"}', "id: "),
        (b'{"id":"a","name":" ","query":"x"}', "name: "),
        (b'{"id":"a","name":"A","query":"x","severity":"huge"}', "severity: "),
        (b'{"id":"a","name":"A","query":"x AND"}', "query: expected a term after AND"),
    ],
)
def test_what_is_not_a_rule_is_refused_with_the_fields_that_are_wrong(raw: bytes, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        decode_rule(raw)


def test_rule_with_a_wrong_query_can_not_be_made() -> None:
    with pytest.raises(QueryError):
        Rule(id="a", name="A", query="NOT x")
    with pytest.raises(ValidationError):
        Rule(id="A", name="A", query="x")
