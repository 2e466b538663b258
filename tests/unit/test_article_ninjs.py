"""IPTC ninjs of all three major versions, and a near relative; all items are invented."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from wirewatch.article import Article, ArticleRejected, RejectReason, decode_article


def _decode(**item: Any) -> Article:
    return decode_article(json.dumps(item).encode(), max_bytes=100_000)


def _rejected(**item: Any) -> ArticleRejected:
    with pytest.raises(ArticleRejected) as caught:
        _decode(**item)
    return caught.value


_EXPECTED = Article(
    id="urn:newsml:wire.example:1",
    title="Ferry runs again",
    body="HARBOUR - It sails.\n\nCrowds came.",
    source="Harbour Wire",
    language="en",
    published_at=datetime(2022, 9, 5, 8, tzinfo=UTC),
    authors=("By Mina Oh",),
    countries=("KR",),
    tags=("shipping", "Busan"),
)
_HTML = "<p>HARBOUR - It <b>sails</b>.</p><p>Crowds came.</p>"
_COMMON = {"uri": "urn:newsml:wire.example:1", "type": "text", "language": "en"}


def test_version_1_is_read() -> None:
    article = _decode(
        **_COMMON,
        **{"$standard": {"name": "ninjs", "version": "1.4"}},
        firstcreated="2022-09-04T10:00:00+02:00",
        versioncreated="2022-09-05T10:00:00+02:00",
        pubstatus="usable",
        headline="Ferry runs again",
        headline_short="Ferry",
        title="FERRY-2022 v2",
        byline="By Mina Oh",
        body_text="HARBOUR - It sails. Crowds came.",
        body_html=_HTML,
        subject=[{"name": "shipping", "scheme": "https://example.com/", "code": "9"}],
        place=[{"name": "South Korea", "scheme": "http://cvx.iptc.org/iso3166-1a2/", "code": "kr"}, {"name": "Busan"}],
        infosource=[{"name": "Harbour Wire"}],
        associations={"main": {"uri": "urn:x", "type": "picture", "headline": "Not this"}},
    )
    assert article == _EXPECTED


def test_version_2_is_read() -> None:
    article = _decode(
        **_COMMON,
        standard={"name": "ninjs", "version": "2.1"},
        versioncreated="2022-09-05T10:00:00+02:00",
        copyrightholder="Harbour Wire",
        headlines=[{"role": "short", "value": "Ferry"}, {"role": "main", "value": "Ferry runs again"}],
        by="By Mina Oh",
        bodies=[
            {"role": "nitf", "contenttype": "application/xml", "value": "<nitf><body.content/></nitf>"},
            {"role": "text", "contenttype": "text/plain", "value": "HARBOUR - It sails. Crowds came.", "charcount": 9},
            {"role": "html5", "contenttype": "text/html", "value": _HTML},
        ],
        subjects=[{"name": "shipping", "uri": "https://example.com/9"}],
        places=[{"name": "South Korea", "uri": "http://cvx.iptc.org/iso3166-1a2/kr"}, {"literal": "Busan"}],
    )
    assert article == _EXPECTED


def test_version_3_is_read() -> None:
    article = _decode(
        **_COMMON,
        standard={"name": "ninjs", "version": "3.0"},
        firstCreated="2022-09-05T08:00:00Z",
        pubStatus="usable",
        headlines=[{"value": "Ferry runs again"}],
        by="By Mina Oh",
        bodies=[{"role": "richtext", "contentType": "application/xhtml+xml", "value": _HTML}],
        infoSources=[{"name": "Harbour Wire", "role": "provider"}],
        copyrightHolder="Somebody Else",
        subjects=[{"name": "shipping"}],
        places=[{"name": "South Korea", "uri": "http://cvx.iptc.org/iso3166-1a2/kr"}, {"name": "Busan"}],
    )
    assert article == _EXPECTED


def test_relative_of_the_standard_is_read() -> None:
    article = _decode(
        guid="urn:newsml:wire.example:1",
        type="text",
        language="en",
        versioncreated="2022-09-05T08:00:00+0000",
        headline="Ferry runs again",
        body_html=_HTML,
        source="Harbour Wire",
        byline="somebody",
        authors=[{"name": "By Mina Oh", "role": "writer"}],
        subject=[{"code": "9", "name": "shipping"}],
        place=[{"name": "Busan", "country": "South Korea"}, {"scheme": "iso3166", "code": "KR", "name": "x"}],
    )
    assert article == _EXPECTED


def test_all_versions_of_a_story_are_one_article() -> None:
    first = _decode(uri="urn:x", version="1", headline="Ferry")
    second = _decode(uri="urn:x", version="2", headline="Ferry runs again")
    assert first.id == second.id == "urn:x"


def test_our_own_form_with_a_field_of_ninjs_stays_our_own() -> None:
    article = _decode(id="a", title="Ours", body="Text", uri="urn:x", headline="Theirs", versioncreated="2022-09-05")
    assert (article.id, article.title, article.published_at) == ("a", "Ours", None)


def test_story_without_a_body_is_read_by_its_description() -> None:
    assert _decode(uri="urn:x", headline="Ferry", description_text="It sails.").body == "It sails."
    assert _decode(uri="urn:x", headlines=[{"value": "F"}], descriptions=[{"value": "It sails."}]).body == "It sails."


def test_plain_body_is_taken_where_there_is_no_html() -> None:
    bodies = [{"contenttype": "application/xml", "value": "<x/>"}, {"value": "?"}, {"role": "main", "value": "Plain"}]
    assert _decode(uri="urn:x", bodies=bodies).body == "Plain"


def test_blank_texts_are_passed_over() -> None:
    article = _decode(uri="urn:x", headline=" ", title="Ferry", body_html=" ", body_text="It sails.")
    assert (article.title, article.body) == ("Ferry", "It sails.")


def test_picture_is_read_by_its_caption_and_tagged_as_one() -> None:
    article = _decode(uri="urn:x", type="picture", headline="The pier", description_caption="A ferry at the pier.")
    assert article.body == "A ferry at the pier."
    assert article.tags == ("picture",)


def test_picture_without_words_has_no_text() -> None:
    assert _rejected(uri="urn:x", type="picture", renditions={}).reason is RejectReason.NO_TEXT


@pytest.mark.parametrize("status", [{"pubstatus": "canceled"}, {"pubStatus": "withheld"}, {"pubstatus": "Cancelled"}])
def test_story_that_its_publisher_has_withdrawn_reaches_nobody(status: dict[str, str]) -> None:
    error = _rejected(uri="urn:x", headline="Ferry sunk", body_text="It sank.", **status)
    assert error.reason is RejectReason.NO_TEXT
    assert "pubstatus" in error.detail


def test_texts_of_the_wrong_type_are_rejected_and_named() -> None:
    error = _rejected(uri=5, headlines="x", bodies=[{"value": 1}], body_html=[], versioncreated=2022, language=["en"])
    assert error.reason is RejectReason.WRONG_TYPE
    for name in ("uri", "headlines.0", "bodies.0.value", "bodies.body_html.value", "versioncreated", "language"):
        assert name in error.detail


@pytest.mark.parametrize(
    "odd",
    [
        {"subjects": "defense"},
        {"subjects": [5, None, {"name": 5}, {"code": "c"}, "s"]},
        {"places": {"name": "Busan"}},
        {"places": [{"uri": 5, "scheme": [], "code": {}}]},
        {"keywords": [["x"]], "authors": "Mina", "infosources": [None]},
        {"by": 5, "copyrightholder": {}},
    ],
)
def test_odd_metadata_does_not_cost_the_story(odd: dict[str, Any]) -> None:
    assert _decode(uri="urn:x", headline="Ferry", **odd).title == "Ferry"


def test_story_without_uri_has_an_id_from_its_text() -> None:
    assert _decode(headline="Ferry", body_text="It sails.").id.startswith("text-")
