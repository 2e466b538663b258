"""What holds for every article, whatever a publisher sends."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from wirewatch.article import (
    Article,
    ArticleRejected,
    RejectReason,
    decode_article,
    encode_article,
    parse_plain_text,
)
from wirewatch.article.html_text import html_to_text
from wirewatch.article.identity import id_from_url, normal_url

_MAX_BYTES = 100_000

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
_MARKUP = (
    "<p> </p> <b> </b> <br> <br/> <a\thref='x'> </a> <div </div> < > & &amp; &lt; &#39; &#0; &#xD800; &unknown; <!--",
    "--> <script> </script> <style> <![CDATA[ ]]> <table> <tr> <td> </table> <pre> </pre> <svg> <x-y> AT&T x<y 5<6",
    "South Korea \0 \x1d \x1e \x1f \ud800 \r \n \n\n",
)
_MARKUP_WORDS = st.sampled_from([word for line in _MARKUP for word in line.split(" ")])
_HTML = st.lists(_MARKUP_WORDS | st.text(max_size=5), max_size=12).map(" ".join)
_TEXT = st.text() | _HTML | st.text(st.characters())
_OURS = st.fixed_dictionaries(
    {},
    optional={
        "id": _TEXT | _JSON,
        "title": _TEXT | _JSON,
        "body": _TEXT | _JSON,
        "source": _TEXT | _JSON,
        "url": _TEXT | _JSON,
        "language": _TEXT | _JSON,
        "published_at": st.datetimes().map(str) | _TEXT | _JSON,
        "authors": st.lists(_TEXT) | _JSON,
        "tags": st.lists(_TEXT) | _JSON,
    },
)
_VALUES = st.lists(
    st.dictionaries(st.sampled_from(["value", "role", "contentType", "name", "uri"]), _TEXT | _JSON) | _JSON
)
_NINJS_NAMES = (
    "uri guid id type pubstatus headline title language byline by body_html body_text versionCreated",
    "headlines bodies descriptions subjects places keywords infosources standard",
)
_NINJS = st.dictionaries(
    st.sampled_from([name for line in _NINJS_NAMES for name in line.split()]), _TEXT | _JSON | _VALUES
)


def _outcome(raw: bytes) -> Article | ArticleRejected:
    try:
        return decode_article(raw, max_bytes=_MAX_BYTES)
    except ArticleRejected as rejected:
        return rejected


def _assert_promises(outcome: Article | ArticleRejected) -> None:
    if isinstance(outcome, ArticleRejected):
        assert outcome.reason in RejectReason
        assert 0 < len(outcome.detail) <= 500
        return
    assert outcome.id
    assert outcome.title.strip() or outcome.body.strip()
    assert "\n" not in outcome.title
    for text in (outcome.id, outcome.title, outcome.body, outcome.source, outcome.url, outcome.language):
        if text is not None:
            text.encode()
            assert "\0" not in text
    assert "\r" not in outcome.body
    assert outcome.published_at is None or outcome.published_at.tzinfo is UTC
    assert decode_article(encode_article(outcome), max_bytes=10 * _MAX_BYTES) == outcome


@given(st.binary())
def test_any_bytes_give_an_article_or_a_reason(raw: bytes) -> None:
    _assert_promises(_outcome(raw))


@given(_JSON)
def test_any_json_gives_an_article_or_a_reason(message: object) -> None:
    _assert_promises(_outcome(json.dumps(message).encode()))


@given(_OURS)
def test_any_values_in_our_fields_give_an_article_or_a_reason(message: dict[str, object]) -> None:
    _assert_promises(_outcome(json.dumps(message).encode()))


@given(_NINJS)
def test_any_values_in_fields_of_ninjs_give_an_article_or_a_reason(message: dict[str, object]) -> None:
    _assert_promises(_outcome(json.dumps(message).encode()))


@given(_TEXT)
def test_any_plain_text_gives_an_article_or_a_reason(text: str) -> None:
    for candidate in (text, f"date 2022-09-05 {text}"):
        try:
            article = parse_plain_text(candidate)
        except ArticleRejected as rejected:
            _assert_promises(rejected)
        else:
            _assert_promises(article)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<&\r\0")))
def test_text_without_markup_is_not_touched(text: str) -> None:
    assert html_to_text(text) == text


@given(
    st.lists(st.sampled_from(["<", "&", ">", "; ", "x<y ", "AT&T ", "5 < 6 ", "a<b ", "\n", "b>c ", "&&", "<<", "<5%"]))
)
def test_angles_and_ampersands_without_tags_or_references_are_not_touched(parts: list[str]) -> None:
    text = "".join(parts)
    assert html_to_text(text) == text


@given(_HTML)
def test_text_of_html_can_be_stored(html: str) -> None:
    text = html_to_text(html.encode("utf-8", "replace").decode())
    text.encode()


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_a_normal_url_is_normal_already(url: str) -> None:
    normal = normal_url(f"https://example.com/{url}")
    if normal is not None:
        assert normal_url(f"https:{normal}") == normal
        assert id_from_url(f"http:{normal}") == id_from_url(f"https:{normal}")


@given(
    st.builds(
        Article,
        id=st.from_regex(r"[a-z0-9:/.-]{1,20}", fullmatch=True),
        title=st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0", min_codepoint=32)),
        body=st.text(st.characters(codec="utf-8", min_codepoint=32) | st.just("\n"), min_size=1).filter(str.strip),
        source=st.none(),
        url=st.none(),
        language=st.none(),
        published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        authors=st.just(()),
        countries=st.just(()),
        tags=st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True)).map(tuple),
    )
)
def test_what_is_encoded_is_decoded_the_same(article: Article) -> None:
    assert decode_article(encode_article(article), max_bytes=_MAX_BYTES) == article
    assert article.published_at is None or isinstance(article.published_at, datetime)
