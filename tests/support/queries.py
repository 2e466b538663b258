"""Hypothesis strategies of queries and articles that have something to do with each other."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from wirewatch.article import Article
from wirewatch.query import (
    And,
    AtLeast,
    Compare,
    Comparison,
    FieldName,
    Form,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Unit,
    Within,
    Word,
    parse_lists,
)
from wirewatch.rule import Rule

WORDS = ("japan", "Korea", "south", "NATO", "US-Japan", "U.S.", "AT&T", "#Quad", "日本", "政", "São", "1,000", "and")
"""Few, so that they meet; of every kind that analysis treats in its own way."""

_WILD = ("jap*", "*rea", "?apan", "s*h", "*at*", "NAT?", "1*0", "so?th*")
_EXACT = ("Korea", "japan", "US", "São", "sao", "NATO", "Jap*", "S?o", "Korea?s", "Korea's*", "#Qu*", "*ATO")
_INFLECTED = ("minister", "japans", "koreas")
_SEPARATORS = (" ", " ", " ", " ", ", ", ". ", "! ", "\n", "\n\n", "-", "'s ", " \u200b", "、")
_DAYS = (date(2022, 9, 1), date(2022, 9, 5))
_VALUES = ("japan", "South Korea", "NATO", "ko", "en-US", "#Quad")
_URLS = (
    "https://example.com/japan",
    "http://news.example.com/korea/1000",
    "//Korea:1,000@NEWS.example.com.:80?japan",
    "https://badexample.com",
    "nato",
    "http://[",
)

folded = st.sampled_from(WORDS).map(Word)
words = st.one_of(
    folded,
    folded,
    st.sampled_from(_WILD).map(Word),
    st.sampled_from(_EXACT).map(lambda text: Word(text, Form.EXACT)),
    st.sampled_from(_INFLECTED).map(lambda text: Word(text, Form.INFLECTED)),
)
phrases = st.lists(words, min_size=1, max_size=3).map(lambda found: Phrase(tuple(found)))
"""Phrases of any words; a query's printed form has one form of word in each pair of quotes, so see `plain_phrases`."""

single_phrases = words.map(lambda word: Phrase((word,)))
plain_phrases = st.lists(folded, min_size=1, max_size=3).map(lambda found: Phrase(tuple(found)))
_terms: st.SearchStrategy[Query] = st.one_of(single_phrases, plain_phrases)


def _several(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[tuple[Query, ...]]:
    return st.lists(inner, min_size=2, max_size=3).map(tuple)


def _near(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    near = st.builds(Near, inner, inner, st.sampled_from((1, 2, 3, 10)), st.booleans())
    return st.one_of(near, near, st.builds(Within, inner, inner, st.sampled_from(Unit)), _several(inner).map(Or))


LISTS = {"asia": "japan OR South Korea"}
"""The lists that queries from `trees` use, as text."""

PARSED_LISTS = parse_lists(LISTS)
NAMED = Named("asia", Or((Phrase((Word("japan"),)), Phrase((Word("South"), Word("Korea"))))))

operands: st.SearchStrategy[Query] = st.recursive(
    st.one_of(_terms, _terms, _terms, st.just(NAMED)), _near, max_leaves=4
)
"""What proximity and ATLEAST can have as their operands."""

_anywhere: st.SearchStrategy[Query] = st.one_of(
    _terms, operands, st.builds(AtLeast, operands, st.integers(1, 3)), st.just(NAMED)
)
_comparisons = st.builds(Compare, st.sampled_from(Comparison), st.one_of(st.sampled_from(_DAYS), st.integers(1, 12)))
_hosts = st.sampled_from(("example.com", "news.EXAMPLE.com", "com")).map(lambda host: Phrase((Word(host),)))
_ONE_TEXT = (FieldName.TITLE, FieldName.LEAD, FieldName.BODY, FieldName.SOURCE, FieldName.AUTHOR, FieldName.URL)
_WHOLE = tuple(name for name in FieldName if name.is_whole)


def _grown(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = _several(inner)
    return st.one_of(several.map(And), several.map(Or), inner.map(Not))


_inside_a_field = st.recursive(_anywhere, _grown, max_leaves=3)
_values = st.sampled_from(_VALUES).map(lambda text: Phrase(tuple(map(Word, text.split()))))
_in_fields: st.SearchStrategy[Query] = st.one_of(
    st.builds(InField, st.sampled_from(_ONE_TEXT), _inside_a_field),
    st.builds(InField, st.sampled_from(_WHOLE), st.one_of(_values, _several(_values).map(Or))),
    st.builds(InField, st.just(FieldName.SITE), _hosts),
)

trees: st.SearchStrategy[Query] = st.recursive(
    st.one_of(_anywhere, _anywhere, _anywhere, _in_fields, _comparisons), _grown, max_leaves=6
)
"""Any tree, with every operator of the language; also those that the parser refuses because they match everything."""

texts = st.lists(
    st.tuples(
        st.sampled_from((*WORDS, "other", "ＮＡＴＯ", "日本政府", "ministers", "Japan's", "Korea’s")),
        st.sampled_from(_SEPARATORS),
    ),
    max_size=12,
).map(lambda parts: "".join(word + separator for word, separator in parts))
_some = st.lists(st.sampled_from((*_VALUES, "south", "japan korea")), max_size=2).map(tuple)
_moments = st.sampled_from(_DAYS).map(lambda day: datetime(day.year, day.month, day.day, 23, tzinfo=UTC))
articles = st.builds(
    Article,
    id=st.just("article"),
    title=texts,
    body=texts,
    source=st.none() | st.sampled_from(_VALUES),
    url=st.none() | st.sampled_from(_URLS),
    language=st.none() | st.sampled_from(("ko", "en", "EN-us", "xx")),
    published_at=st.none() | _moments,
    authors=_some,
    countries=_some,
    tags=_some,
)


def rules_of(queries: list[str]) -> list[Rule]:
    """Return a rule for each query, with ids in their order."""
    return [
        Rule.model_validate({"id": f"rule-{number:03}", "name": "A rule", "query": query, "lists": LISTS})
        for number, query in enumerate(queries)
    ]
