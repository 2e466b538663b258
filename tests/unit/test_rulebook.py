"""A worker's rules are what the rules topic says last, whatever came before and in however many batches."""

import pytest
from tests.support.stages import received, rule

from wirewatch.article import Article, decode_article
from wirewatch.pipeline import IndexedRuleBook
from wirewatch.ports import Received
from wirewatch.rule import Rule, encode_rule

_ARTICLE: Article = decode_article(b'{"id": "one", "title": "The harbour of Oslo"}', max_bytes=1_000)


def _says(defined: Rule) -> Received:
    return received(encode_rule(defined), topic="wirewatch.rules", key=defined.id.encode())


def _raw(rule_id: str, value: bytes | None) -> Received:
    return received(value, topic="wirewatch.rules", key=rule_id.encode())


def _matching(book: IndexedRuleBook) -> list[str]:
    return [match.rule.id for match in book.index.match(_ARTICLE)]


def test_the_latest_definition_of_a_rule_counts() -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("a", "Bergen")), _says(rule("b", "harbour"))])
    assert _matching(book) == ["b"]
    (change,) = book.apply([_says(rule("a", "Oslo"))])
    assert _matching(book) == ["a", "b"]
    assert (change.rule_id, change.error) == ("a", None)


def test_a_tombstone_takes_its_rule_out_and_one_for_an_unknown_rule_does_nothing() -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("a", "Oslo")), _says(rule("b", "harbour"))])
    changes = book.apply([_raw("a", None), _raw("never-seen", None)])
    assert _matching(book) == ["b"]
    assert [(change.rule_id, change.error) for change in changes] == [("a", None), ("never-seen", None)]


@pytest.mark.parametrize(
    "value",
    [b"", b"{", b"\xff", b"[]", b'{"id": "a"}', b'{"id": "a", "name": "A", "query": "(Oslo AND"}'],
)
def test_a_broken_definition_takes_its_rule_out_in_every_worker_alike_and_costs_no_other(value: bytes) -> None:
    old, new = IndexedRuleBook(), IndexedRuleBook()
    old.apply([_says(rule("a", "Oslo")), _says(rule("b", "harbour"))])
    (change,) = old.apply([_raw("a", value)])
    new.apply([_says(rule("b", "harbour")), _raw("a", value)])
    for book in (old, new):
        assert _matching(book) == ["b"]
        assert list(book.invalid) == ["a"]
    assert change.error


def test_a_rule_that_was_broken_and_is_mended_is_no_longer_invalid() -> None:
    book = IndexedRuleBook()
    book.apply([_raw("a", b"{")])
    book.apply([_says(rule("a", "Oslo"))])
    assert (_matching(book), dict(book.invalid)) == (["a"], {})


def test_a_rule_under_a_key_that_is_not_its_id_is_refused_with_both_names() -> None:
    book = IndexedRuleBook()
    (change,) = book.apply([received(encode_rule(rule("a", "Oslo")), key=b"b")])
    assert len(book) == 0
    assert change.error is not None
    assert "'b'" in change.error
    assert "'a'" in change.error


@pytest.mark.parametrize("key", [None, b"", b"\xff"])
def test_a_message_without_a_usable_key_is_a_problem_of_its_own(key: bytes | None) -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("a", "Oslo")), received(encode_rule(rule("b", "harbour")), key=key)])
    assert (_matching(book), len(book.invalid)) == (["a"], 1)


def test_a_batch_in_hand_keeps_the_set_it_began_with() -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("a", "Oslo"))])
    in_hand = book.index
    book.apply([_raw("a", None), _says(rule("b", "harbour"))])
    assert [match.rule.id for match in in_hand.match(_ARTICLE)] == ["a"]
    assert _matching(book) == ["b"]


def test_nothing_new_builds_nothing() -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("a", "Oslo"))])
    before = book.index
    assert book.apply([]) == ()
    assert book.index is before


def test_a_disabled_rule_is_known_and_matches_nothing() -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("b", "harbour", enabled=False)), _says(rule("a", "Oslo"))])
    assert (len(book), _matching(book)) == (2, ["a"])
    assert [each.id for each in book.rules()] == ["a", "b"]
    assert book.get("b") == rule("b", "harbour", enabled=False)
    assert book.get("c") is None


def test_a_rule_may_be_disabled_and_enabled_while_others_stay() -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("a", "Oslo")), _says(rule("b", "harbour"))])
    book.apply([_says(rule("b", "harbour", enabled=False))])
    assert _matching(book) == ["a"]
    book.apply([_says(rule("b", "harbour")), _raw("a", None), _says(rule("a", "Oslo"))])
    assert _matching(book) == ["a", "b"]


def test_tuning_by_the_articles_so_far_changes_no_answer() -> None:
    book = IndexedRuleBook()
    book.apply([_says(rule("a", "Oslo AND harbour")), _says(rule("b", "Bergen"))])
    assert _matching(book) == ["a"]
    book.tune()
    assert _matching(book) == ["a"]
