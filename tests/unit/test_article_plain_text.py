"""Articles as plain text, the given one among them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from wirewatch.article import ArticleRejected, RejectReason, parse_plain_text

_SEED = Path(__file__).parents[2] / "seeds" / "000_4c088a4fb1dc575a.txt"


def test_the_given_article_is_read() -> None:
    article = parse_plain_text(_SEED.read_text("utf-8"))
    assert article.title.startswith("The vice defense ministers of Japan and South Korea will meet in Seoul")
    assert article.body.startswith("MOSCOW (UrduPoint News")
    assert article.body.count("\n\n") == 5
    assert article.published_at == datetime(2022, 9, 5, tzinfo=UTC)
    assert article.id == "text-0b42c99cad6144f3ff265038311979ca"


@pytest.mark.parametrize(
    "text",
    [
        "date 2022-09-05 Ferry runs\n\nIt sails.\n\nAgain.",
        "\ufeffdate 2022-09-05 Ferry runs\r\n\r\nIt sails.\r\n\r\nAgain.\r\n",
        "\n  date  2022-09-05\tFerry runs \n\n\nIt sails.\n\nAgain.\n\n",
    ],
)
def test_spaces_and_line_ends_around_the_parts_do_not_count(text: str) -> None:
    article = parse_plain_text(text)
    assert (article.title, article.body) == ("Ferry runs", "It sails.\n\nAgain.")


def test_headline_alone_is_an_article() -> None:
    assert parse_plain_text("date 2022-09-05 Ferry runs").title == "Ferry runs"


def test_body_alone_is_an_article() -> None:
    article = parse_plain_text("date 2022-09-05\n\nIt sails.")
    assert (article.title, article.body) == ("", "It sails.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", RejectReason.EMPTY),
        (" \n", RejectReason.EMPTY),
        ("Ferry runs\n\nIt sails.", RejectReason.WRONG_TYPE),
        ("date 5.9.2022 Ferry", RejectReason.WRONG_TYPE),
        ("date 2022-02-30 Ferry", RejectReason.WRONG_TYPE),
        ("date 2022-09-05x Ferry", RejectReason.WRONG_TYPE),
        ("dated 2022-09-05 Ferry", RejectReason.WRONG_TYPE),
        ("date 2022-09-05\n\n \n", RejectReason.NO_TEXT),
    ],
)
def test_other_text_is_rejected_with_a_reason(text: str, reason: RejectReason) -> None:
    with pytest.raises(ArticleRejected) as caught:
        parse_plain_text(text)
    assert caught.value.reason is reason


def test_characters_that_no_one_can_store_do_no_harm() -> None:
    article = parse_plain_text("date 2022-09-05 Fe\0rry\ud83d\n\nIt \x1bsails.")
    assert (article.title, article.body) == ("Ferry\N{REPLACEMENT CHARACTER}", "It  sails.")
