"""Named lists: read in any order, refused where they go wrong, counted each time they are used."""

from collections.abc import Callable

import pytest

from wirewatch.query import MAX_TERMS, Named, Query, QueryError, check, format_query, names_in, parse, parse_lists


def _error(outcome: Query | QueryError) -> QueryError:
    assert isinstance(outcome, QueryError)
    return outcome


def test_lists_may_use_lists_that_come_later() -> None:
    lists = parse_lists({"all": "$asia OR Fiji", "asia": "Japan OR Korea"})
    tree = parse("$all", lists)

    assert isinstance(tree, Named)
    assert format_query(tree.operand) == "$asia OR Fiji"
    assert not [outcome for outcome in lists.values() if isinstance(outcome, QueryError)]


def test_error_of_a_list_is_placed_in_its_own_text() -> None:
    text = "Japan AND AND Korea"
    error = _error(parse_lists({"bad": text})["bad"])

    assert (error.text, text[slice(*error.span)]) == (text, "AND")
    assert error.message == "expected a term after AND"


def test_every_list_of_a_circle_says_so_where_it_goes_on() -> None:
    lists = parse_lists({"a": "x OR $b", "b": "$c OR y", "c": "$a", "d": "$a OR z", "e": "$e"})

    assert _error(lists["a"]).message == "the list uses itself: $a → $b → $c → $a"
    assert [_error(lists[name]).span for name in "abc"] == [(5, 7), (0, 2), (0, 2)]
    assert _error(lists["d"]).message == "the list $a has an error of its own"
    assert _error(lists["e"]).message == "the list uses itself: $e → $e"


def test_a_list_may_be_what_no_rule_may_be() -> None:
    lists = parse_lists({"quiet": "NOT war", "recent": "date>=2022-09-01"})

    assert parse("Japan AND $quiet AND $recent", lists).span == (0, 28)
    with pytest.raises(QueryError, match="none of its words"):
        parse("$quiet", lists)


def test_terms_of_a_list_count_each_time_it_is_used() -> None:
    lists = parse_lists({"l0": "a", **{f"l{n}": f"$l{n - 1} OR $l{n - 1}" for n in range(1, 40)}})

    assert isinstance(parse("$l9", lists), Named)
    assert _error(lists["l10"]).message == f"over {MAX_TERMS:,} terms"
    assert isinstance(lists["l39"], QueryError)


def test_names_of_the_lists_that_a_query_uses() -> None:
    assert names_in('title:$asia AND ($b-2 OR "$quoted" OR $asia)') == ("asia", "b-2")
    assert names_in('"never closed $asia') == ()


def _nested(depth: int, level: Callable[[str], str]) -> str:
    query = "a"
    for _ in range(depth):
        query = level(query)
    return query


@pytest.mark.parametrize(
    "query",
    [
        "(" * 64 + "a" + ")" * 64,
        "b AND " + "NOT " * 64 + "a",
        "b AND " + _nested(63, lambda inner: f"(b AND {inner} OR c)"),
        _nested(63, lambda inner: f"(b OR {inner} NEAR/5 c)"),
        "title:" + _nested(60, lambda inner: f"(b OR {inner})"),
        "a" + " NEAR b" * 180,
    ],
)
def test_the_deepest_query_is_read_compared_and_printed(query: str) -> None:
    tree = check(query).query

    assert parse(format_query(tree)) == tree
    assert isinstance(hash(tree), int)


@pytest.mark.parametrize(
    "query", ["(" * 65 + "a" + ")" * 65, "b AND " + "NOT " * 65 + "a", "a" + " NEAR b" * 200, "(" * 5000, "NOT " * 2000]
)
def test_what_is_too_deep_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match=r"over|never closed"):
        parse(query)
