"""Bytes to articles: our own JSON form, and every reason to be rejected."""

import json
from datetime import UTC, datetime

import pytest

from wirewatch.article import Article, ArticleRejected, RejectReason, decode_article, encode_article

_MAX_BYTES = 10_000


def _decode(message: object) -> Article:
    raw = message if isinstance(message, bytes) else json.dumps(message).encode()
    return decode_article(raw, max_bytes=_MAX_BYTES)


def _rejected(raw: bytes | None, *, max_bytes: int = _MAX_BYTES) -> ArticleRejected:
    with pytest.raises(ArticleRejected) as caught:
        decode_article(raw, max_bytes=max_bytes)
    return caught.value


def test_every_field_of_our_form_is_read() -> None:
    article = _decode(
        {
            "id": "a-1",
            "title": "Ferry runs again",
            "body": "After a week.\n\nCrowds came.",
            "source": "Harbour Wire",
            "url": "https://wire.example.com/ferry",
            "language": "en-GB",
            "published_at": "2022-09-05T10:00:00+09:00",
            "authors": ["Mina Oh"],
            "countries": ["KR"],
            "tags": ["shipping"],
        }
    )
    assert article == Article(
        id="a-1",
        title="Ferry runs again",
        body="After a week.\n\nCrowds came.",
        source="Harbour Wire",
        url="https://wire.example.com/ferry",
        language="en-GB",
        published_at=datetime(2022, 9, 5, 1, tzinfo=UTC),
        authors=("Mina Oh",),
        countries=("KR",),
        tags=("shipping",),
    )


def test_null_and_missing_fields_are_the_same() -> None:
    names = ("body", "source", "url", "language", "published_at", "authors", "countries", "tags")
    assert _decode({"id": "a", "title": "T"} | dict.fromkeys(names)) == _decode({"id": "a", "title": "T"})


def test_blank_values_of_optional_fields_say_nothing() -> None:
    article = _decode({"id": " ", "title": "T", "source": "", "url": " ", "published_at": "", "tags": ["", " x "]})
    assert (article.source, article.url, article.published_at, article.tags) == (None, None, None, ("x",))
    assert article.id.startswith("text-")


def test_unknown_fields_are_kept_out_of_the_way() -> None:
    assert _decode({"id": "a", "title": "T", "score": [1, {"deep": None}], "headlines": [{"value": "\0"}]}).title == "T"


def test_wrong_types_are_rejected_and_every_bad_field_is_named() -> None:
    error = _rejected(
        b'{"id": 7, "title": ["x"], "body": "ok", "published_at": "yesterday", "tags": "a", "authors": [1, 2]}'
    )
    assert error.reason is RejectReason.WRONG_TYPE
    for name in ("id:", "title:", "published_at:", "tags:", "authors.0:"):
        assert name in error.detail
    assert "body:" not in error.detail
    assert "yesterday" not in error.detail, "a rejected value may be anything, and is not repeated"


def test_detail_never_grows_beyond_five_hundred_characters() -> None:
    error = _rejected(json.dumps({"uri": "u", "bodies": list(range(1_000))}).encode())
    assert error.reason is RejectReason.WRONG_TYPE
    assert len(error.detail) <= 500


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"5", b"null", b'[{"title": "T"}]'])
def test_json_that_is_no_object_has_the_wrong_type(raw: bytes) -> None:
    assert _rejected(raw).reason is RejectReason.WRONG_TYPE


@pytest.mark.parametrize("raw", [b"{", b'{"title": "T"', b'{"title": "T"} {', b"date 2022-09-05 T", b"{'title': 'T'}"])
def test_what_is_not_json_is_rejected_as_such(raw: bytes) -> None:
    assert _rejected(raw).reason is RejectReason.NOT_JSON


@pytest.mark.parametrize("raw", [b'{"title": "\xff"}', b'{"other": "\xc3("}', '{"title": "T"}'.encode("utf-16")])
def test_what_is_not_utf8_is_rejected_as_such(raw: bytes) -> None:
    assert _rejected(raw).reason is RejectReason.NOT_UTF8


@pytest.mark.parametrize("raw", [None, b"", b" \n\t", b"\xef\xbb\xbf"])
def test_nothing_is_rejected_as_empty(raw: bytes | None) -> None:
    assert _rejected(raw).reason is RejectReason.EMPTY


@pytest.mark.parametrize(
    "fields",
    [{}, {"title": " ", "body": "\n"}, {"id": "a", "body": "<p> </p><script>words</script>"}, {"title": "&nbsp;"}],
)
def test_article_whose_title_and_body_are_blank_has_no_text(fields: dict[str, str]) -> None:
    assert _rejected(json.dumps(fields).encode()).reason is RejectReason.NO_TEXT


def test_size_is_checked_before_anything_else() -> None:
    error = _rejected(b"\xff" * 101, max_bytes=100)
    assert error.reason is RejectReason.TOO_LARGE
    assert error.detail == "101 bytes, the limit is 100"


def test_article_of_just_the_limit_is_read() -> None:
    raw = b'{"id": "a", "title": "T"}'
    assert decode_article(raw, max_bytes=len(raw)).title == "T"


def test_deep_nesting_is_rejected_without_a_crash() -> None:
    raw = b'{"title": "T", "other": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert _rejected(raw, max_bytes=1_000_000).reason is RejectReason.NOT_JSON


def test_byte_order_mark_is_passed_over() -> None:
    assert _decode(b'\xef\xbb\xbf{"title": "T"}').title == "T"


def test_half_a_surrogate_pair_costs_a_character_not_the_article() -> None:
    article = _decode(rb'{"title": "cut \ud83d", "body": "whole \ud83d\ude00, \\ud83d, \udc00"}')
    assert article.title == "cut \N{REPLACEMENT CHARACTER}"
    assert article.body == "whole \N{GRINNING FACE}, \\ud83d, \N{REPLACEMENT CHARACTER}"


def test_no_control_character_gets_through() -> None:
    article = _decode(
        {"id": "a\0", "title": "Ja\0pan", "body": "one\x02two\x1b[0m\ttab\nline", "source": "\x07Wire", "tags": ["\0x"]}
    )
    assert (article.id, article.title, article.source, article.tags) == ("a", "Japan", " Wire", ("x",))
    assert article.body == "one two [0m\ttab\nline"


def test_line_ends_become_one_character() -> None:
    assert _decode({"title": "a\r\nb", "body": "one\r\n\r\ntwo\rthree"}).body == "one\n\ntwo\nthree"


def test_title_is_one_line() -> None:
    assert _decode({"title": "Ferry\n  runs <b>again</b>"}).title == "Ferry runs again"


@pytest.mark.parametrize(
    "body",
    [
        "plain",
        "about <br> and &amp;",
        "<p>x</p>",
        "a <b>b</b>",
        "&lt;",
        "x < y & z",
        "&amp;amp;",
        "<!-- -->",
        "a\n\nb\n",
    ],
)
def test_clean_text_that_looks_like_html_survives_the_wire(body: str) -> None:
    article = Article(id="a", title=body.replace("\n", " "), body=body)
    assert decode_article(encode_article(article), max_bytes=_MAX_BYTES) == article


def test_encoded_article_leaves_out_what_is_not_known() -> None:
    assert json.loads(encode_article(Article(id="a", title="T"))) == {"id": "a", "title": "T"}
