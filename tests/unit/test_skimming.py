"""Messages that are skimmed, and what is left to be decoded: whatever has to be cleaned, guessed or complained of."""

import json

import pytest

from wirewatch.article import decode_article
from wirewatch.article.fields import ArticleFields
from wirewatch.article.ninjs import MARKERS
from wirewatch.article.skimming import skim
from wirewatch.article.skimming.messages import FIELDS, OTHERS

_MAX_BYTES = 2_000_000


def _is_skimmed(raw: bytes | None) -> bool:
    skimmed = skim([raw], max_bytes=_MAX_BYTES)
    for number in range(len(skimmed)):
        assert skimmed.article(number) == decode_article(raw, max_bytes=_MAX_BYTES)
    return len(skimmed) == 1


def test_all_fields_of_our_form_are_known_and_all_that_tell_another() -> None:
    assert {*FIELDS} == {*ArticleFields.__annotations__}
    assert {*OTHERS} == MARKERS


@pytest.mark.parametrize(
    "message",
    [
        {"title": "Harbour opens"},
        {"body": "Harbour opens\n\nAt last.\tYes."},
        {"title": 'A "quote" \\ and a / slash', "body": "caf\u00e9 \u65e5\u672c \U0001f600"},
        {"title": "R & D at AT&T, in a sentence; and so on", "body": "1 > 0"},
        {"title": "x", "id": None, "source": "", "url": " https://news.example/1 ", "language": "en-GB"},
        {"title": "x", "authors": [], "countries": ["jp", " kr "], "tags": ["a\nb", "", "\u00e9"]},
        {"title": "x", "meta": {"a": [1, -2.5, True, None, {"b": []}, {}, '\u00e9"'], "": False}, "Title": "y"},
        {"title": "x", "published_at": ""},
        {"title": "x", "published_at": "2024-02-29"},
        {"title": "x", "published_at": "2026-11-27T23:59:59.123456789+05:30"},
        {"title": "x", "published_at": "2026-12-31T23:59:59-00:01"},
        {"body": "\u65e5\u672c"},
    ],
)
@pytest.mark.parametrize("is_ascii", [True, False])
def test_an_ordinary_message_is_skimmed(message: dict[str, object], is_ascii: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    assert _is_skimmed(json.dumps(message, ensure_ascii=is_ascii).encode())
    assert _is_skimmed(json.dumps(message, ensure_ascii=is_ascii, indent=2).encode() + b" \r\n\t")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        b"",
        b"{}",
        b"[]",
        b'"title"',
        b'\xef\xbb\xbf{"title":"x"}',
        b'{"title":"x"} x',
        b'{"title":"x"',
        b'{"title":"x",}',
        b'{"title":"x"]',
        b'{"title" "x"}',
        b'{"title":"x" "body":"y"}',
        b'{title:"x"}',
        b'{"title":" \\n ","body":"\\u3000"}',
        b'{"title":1}',
        b'{"title":["x"]}',
        b'{"title":"x","authors":"y"}',
        b'{"title":"x","authors":[null]}',
        b'{"title":"x","authors":["y" "z"]}',
        b'{"title":"x","title":"y"}',
        b'{"title":"x","title":null}',
        b'{"title":"x","headline":null}',
        b'{"t\\u0069tle":"x"}',
        b'{"title":"a<b"}',
        b'{"title":"a &amp; b"}',
        b'{"title":"a\\nb"}',
        b'{"title":"x","body":"a\\r\\nb"}',
        b'{"title":"x","body":"<p>a</p>"}',
        b'{"title":"x\\b"}',
        b'{"title":"x\\u0000"}',
        b'{"title":"x\\u000a"}',
        b'{"title":"x\ty"}',
        b'{"title":"x\\uD800"}',
        b'{"title":"x\\uD800\\u0041"}',
        b'{"title":"x\\uDC00"}',
        b'{"title":"x\\u12"}',
        b'{"title":"x\\a"}',
        b'{"title":"x\xff"}',
        b'{"title":"x\xc0\x80"}',
        b'{"title":"x\xed\xa0\x80"}',
        b'{"title":"x","other":1e9}',
        b'{"title":"x","other":01}',
        b'{"title":"x","other":1.}',
        b'{"title":"x","other":-}',
        b'{"title":"x","other":NaN}',
        b'{"title":"x","other":12345678901234567890}',
        b'{"title":"x","other":nul}',
        b'{"title":"x","other":[1,]}',
        b'{"title":"x","other":{"a":1,}}',
        b'{"title":"x","other":[}}',
        b'{"title":"x","other":%b1%b}' % (b"[" * 61, b"]" * 61),
        b'{"title":"x","published_at":"2026-02-29"}',
        b'{"title":"x","published_at":"2026-11-27T24:00:00Z"}',
        b'{"title":"x","published_at":"2026-11-27T10:00:60Z"}',
        b'{"title":"x","published_at":"2026-11-27T10:00:00+24:00"}',
        b'{"title":"x","published_at":"0001-01-01T00:00:00+01:00"}',
        b'{"title":"x","published_at":"yesterday"}',
        b'{"title":"x","published_at":1764201600}',
        b'{"title":"%b"}' % (b"x" * (1 << 20)),
    ],
)
def test_what_is_not_clear_is_left_to_be_decoded(raw: bytes | None) -> None:
    assert not _is_skimmed(raw)


def test_a_message_over_the_limit_is_left_to_be_rejected() -> None:
    raw = b'{"title":"x"}'
    assert len(skim([raw], max_bytes=len(raw))) == 1
    assert len(skim([raw], max_bytes=len(raw) - 1)) == 0


def test_those_that_are_skimmed_are_told_by_their_places() -> None:
    clear, unclear = b'{"title":"x\\u00e9"}', b'{"title":"<p>x</p>"}'
    assert skim([unclear, clear, b"", clear, None], max_bytes=_MAX_BYTES).places == [1, 3]
    assert skim([], max_bytes=_MAX_BYTES).places == []
