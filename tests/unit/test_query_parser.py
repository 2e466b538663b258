"""The rule language: what trees its texts give, and what is refused, where and with which advice."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

import time

import pytest

from wirewatch.query import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_TERMS,
    And,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Word,
    check,
    format_query,
    parse,
)


def phrase(*words: str) -> Phrase:
    return Phrase(tuple(Word(word) for word in words))


A, B, C, D = phrase("a"), phrase("b"), phrase("c"), phrase("d")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("South Korea", phrase("South", "Korea")),
        ('"South Korea"', phrase("South", "Korea")),
        ("a AND b AND c", And((A, B, C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("(a OR b) AND c", And((Or((A, B)), C))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a NOT b OR c", Or((And((A, Not(B))), C))),
        ("a b NOT c d", And((phrase("a", "b"), Not(phrase("c", "d"))))),
        ("(a AND b) AND c", And((And((A, B)), C))),
        ("NOT NOT a", Not(Not(A))),
        ("Trinidad and Tobago", phrase("Trinidad", "and", "Tobago")),
        ('"AND"', phrase("AND")),
        ("((a))", A),
        ("a # the rest is a comment\nAND b", And((A, B))),
        ("a\nAND\n\tb", And((A, B))),
        (r'"say \"hi\" \* now"', phrase("say", '"hi"', r"\*", "now")),
    ],
)
def test_text_becomes_the_tree_that_precedence_says(text: str, tree: Query) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("fancy", "plain"),
    [
        ("“South Korea” AND „x‟", '"South Korea" AND "x"'),
        ("（a\u00a0OR\u3000b） AND c", "(a OR b) AND c"),
    ],
)
def test_curly_quotes_wide_parentheses_and_odd_spaces_mean_their_plain_forms(fancy: str, plain: str) -> None:
    assert parse(fancy) == parse(plain)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("US-Japan", ("us", "japan")),
        ("日本", ("日", "本")),
        ("Korea's U.S.", ("korea", "us")),
        ("AT&T", ("at", "&t")),
        ("#Quad", ("#quad",)),
        ("Trinidad & Tobago", ("trinidad", "tobago")),
    ],
)
def test_words_are_analysed_as_articles_are(text: str, terms: tuple[str, ...]) -> None:
    tree = parse(text)
    assert isinstance(tree, Phrase)
    assert tree.terms == terms


@pytest.mark.parametrize(
    ("text", "wrong", "message", "hint"),
    [
        ("Japan AND AND defense", "AND", "expected a term after AND", "remove one AND"),
        ("Japan AND OR x", "OR", "expected a term after AND", "remove OR"),
        ("Japan AND", "AND", "expected a term after AND", "write one"),
        ("a AND (b OR )", ")", "expected a term after OR", "write one"),
        ("OR Japan", "OR", "expected a term before OR", '"OR"'),
        ("a NOT", "NOT", "expected a term after NOT", "write one"),
        ("a AND ()", "()", "an empty group", "write a term"),
        ('a AND ""', '""', "an empty phrase", "write a word"),
        ('"&"', '"&"', "no letter or digit to search for", "letters or digits"),
        ("a AND (b OR c", "(", "this parenthesis is never closed", "add a )"),
        ("a) AND b", ")", "a closing parenthesis without an opening one", "take it out"),
        (") a", ")", "a closing parenthesis without an opening one", "take it out"),
        ('a AND "b c', '"', "this quote is never closed", 'add a "'),
        ("a (b)", "(", "expected an operator before an opening parenthesis", "AND or OR"),
        ('a "b c"', '"b c"', "expected an operator before a phrase in quotes", "one pair of quotes"),
        ("a\\", "\\", "a backslash with nothing after it", "take it out"),
        ("a && b", "&&", "AND is not written && here", "AND"),
        ("a || b", "||", "OR is not written || here", "OR"),
        ("a !b", "!b", "NOT is not written ! here", "NOT"),
        ("a -b", "-b", "NOT is not written - here", "NOT"),
        ("+a b", "+a", "AND is not written + here", "AND"),
    ],
)
def test_error_says_what_is_wrong_where_and_what_to_do(text: str, wrong: str, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    start, end = caught.value.span
    assert (text[start:end], caught.value.message) == (wrong, message)
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["NOT x", "a OR NOT b", "NOT a AND NOT b", "NOT (a AND b)", "NOT NOT NOT a"])
def test_query_that_an_article_without_its_words_would_match_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="contain none of its words"):
        parse(text)


def test_double_negation_that_needs_a_word_is_accepted() -> None:
    assert parse("NOT (NOT a AND NOT b)") == Not(And((Not(A), Not(B))))


@pytest.mark.parametrize("text", ["", "  \n ", "# only a comment"])
def test_empty_query_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="an empty query"):
        parse(text)


def test_error_reads_as_a_whole() -> None:
    with pytest.raises(QueryError) as caught:
        parse("Japan AND AND defense")
    assert str(caught.value) == (
        "expected a term after AND\n"
        "   Japan AND AND defense\n"
        "             ~~~^\n"
        '   hint: remove one AND, or put the word in quotes to search for it: "AND"'
    )


def test_marker_allows_for_wide_characters_and_shows_the_line_alone() -> None:
    with pytest.raises(QueryError) as caught:
        parse("a OR\n日本 AND AND b\nOR c")
    assert str(caught.value).splitlines()[1:3] == ["   日本 AND AND b", "            ~~~^"]


def test_marker_of_a_long_line_is_within_reach() -> None:
    with pytest.raises(QueryError) as caught:
        parse("word OR " * 500 + "AND b")
    line, marker = str(caught.value).splitlines()[1:3]
    assert len(line) < 120
    assert line[marker.index("~") : marker.index("^")] == "AND"


def test_operators_are_upper_case_only() -> None:
    assert parse("a and b") == phrase("a", "and", "b")


def test_spans_cover_what_a_node_was_read_from() -> None:
    text = "x AND (a OR b c)"
    tree = check(text).query
    assert isinstance(tree, And)
    group = tree.operands[1]
    assert text[slice(*tree.span)] == "x AND (a OR b c"
    assert text[slice(*group.span)] == "a OR b c"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ('"Japan"', "Japan"),
        ("a  NOT (b)", "a AND NOT b"),
        ("((a OR b)) AND c", "(a OR b) AND c"),
        ('"AND" OR "a: b"', '"AND" OR "a: b"'),
        ("（日本 OR #Quad）", "日本 OR #Quad"),
    ],
)
def test_query_is_printed_plainly(text: str, printed: str) -> None:
    assert format_query(parse(text)) == printed


def test_depth_is_limited() -> None:
    parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH)
    with pytest.raises(QueryError, match="levels"):
        parse("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1))
    with pytest.raises(QueryError, match="levels"):
        parse("a AND " + "NOT " * (MAX_LENGTH // 5) + "b")


def test_length_and_terms_are_limited() -> None:
    with pytest.raises(QueryError, match="10,001 characters"):
        parse("x" * (MAX_LENGTH + 1))
    parse(" OR ".join("a" * MAX_TERMS))
    with pytest.raises(QueryError, match="terms"):
        parse(" OR ".join("a" * (MAX_TERMS + 1)))


@pytest.mark.parametrize("piece", ["(", "a ", '"a" OR ', "NOT ", "\\", '"', "日", "a OR ", "é\u0301", "&", "a-"])
def test_longest_query_takes_no_time(piece: str) -> None:
    text = (piece * MAX_LENGTH)[:MAX_LENGTH]
    started = time.process_time()
    try:
        parse(text)
    except QueryError as error:
        str(error)
    assert time.process_time() - started < 0.5
