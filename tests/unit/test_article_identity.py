"""Ids of articles that came without one, and times in all their forms."""

from datetime import UTC, datetime

import pytest

from wirewatch.article.identity import bounded_id, id_from_text, id_from_url, normal_url
from wirewatch.article.instant import read_instant

_PAGE = "https://news.example.com/2022/ferry?page=2"


@pytest.mark.parametrize(
    "variant",
    [
        "http://news.example.com/2022/ferry?page=2",
        "HTTPS://News.Example.COM:443/2022/ferry?page=2",
        "https://news.example.com./2022/ferry/?page=2#comments",
        "https://reader:secret@news.example.com/2022/ferry?page=2",
        "https://news.example.com/2022/ferry?utm_source=feed&page=2&fbclid=abc&UTM_Medium=x",
        "  https://news.example.com/2022/ferry?page=2\n",
    ],
)
def test_variants_of_a_url_give_one_id(variant: str) -> None:
    assert id_from_url(variant) == id_from_url(_PAGE)


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example.com/2022/ferry?page=3",
        "https://news.example.com/2022/Ferry?page=2",
        "https://news.example.com:8443/2022/ferry?page=2",
        "https://m.news.example.com/2022/ferry?page=2",
    ],
)
def test_another_page_has_another_id(other: str) -> None:
    assert id_from_url(other) != id_from_url(_PAGE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ferry",
        "https://news.example.com",
        "https://news.example.com/?utm_source=x#top",
        "urn:newsml:x",
        "http://[::1",
        "http://news.example.com:port/x",
        "file:///etc/hosts",
        "http:///x",
    ],
)
def test_url_that_names_no_page_gives_no_id(url: str) -> None:
    assert id_from_url(url) is None


def test_ids_never_change() -> None:
    """The wire's promise: these very ids are in customers' stores."""
    assert normal_url(_PAGE) == "//news.example.com/2022/ferry?page=2"
    assert id_from_url(_PAGE) == "url-5e47893a1c7a86f9ad66ef21f2d8c508"
    assert id_from_text("Ferry", "Runs  again.\n") == "text-a14c6d427130b59369ae4550b0900577"


def test_id_too_long_for_a_message_is_replaced_by_its_digest() -> None:
    assert bounded_id("x" * 500) == "x" * 500
    assert bounded_id("x" * 501) == bounded_id("x" * 501) != bounded_id("x" * 502)
    assert len(bounded_id("x" * 100_000)) == 35


def test_white_space_does_not_make_another_text() -> None:
    assert id_from_text("A  b ", "c\n\nd") == id_from_text("A b", " c d")
    assert id_from_text("A b", "c") != id_from_text("A", "b c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-09-05", datetime(2022, 9, 5, tzinfo=UTC)),
        ("2022-09-05T10:11:12Z", datetime(2022, 9, 5, 10, 11, 12, tzinfo=UTC)),
        ("2022-09-05t10:11:12z", datetime(2022, 9, 5, 10, 11, 12, tzinfo=UTC)),
        ("2022-09-05 10:11", datetime(2022, 9, 5, 10, 11, tzinfo=UTC)),
        ("2022-09-05T10:11:12.5+09:00", datetime(2022, 9, 5, 1, 11, 12, 500_000, tzinfo=UTC)),
        ("2022-09-05T10:11:12.123456789-0330", datetime(2022, 9, 5, 13, 41, 12, 123_456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_times_of_rfc_3339_and_dates_are_read_as_utc(text: str, expected: datetime) -> None:
    assert read_instant(text) == expected
    assert read_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "1662336000",
        "20220905",
        "2022-13-05",
        "2022-02-30T00:00:00Z",
        "2022-09-05T25:00:00Z",
        "2022-09-05T10:00:00+25:00",
        "2022-W36-1",
        "Mon, 05 Sep 2022 10:00:00 GMT",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        "\N{FULLWIDTH DIGIT TWO}022-09-05",
        "2022-09-05\n",
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_instant(text)
