"""Each format of an alert: what people see, what a second attempt is known by, and that articles can't write markup."""

import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import pytest

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery import Receiver, ReceiverError, ReceiverKind
from wirewatch.delivery.formats import check_kind, email_message, formatted, notice_of

KEY = "0123456789abcdef0123456789abcdef"
TOKEN = "123456:made-up_TOKEN"
ALERT_ID = "alr_mfrggzdfmztwq2lk"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HTTP_KINDS = (
    ReceiverKind.SLACK,
    ReceiverKind.DISCORD,
    ReceiverKind.TEAMS,
    ReceiverKind.TELEGRAM,
    ReceiverKind.PAGERDUTY,
)
MARKUP = "<!channel> *bold* @everyone [x](https://evil.example) <b>&\u202e_"


def _delivery(
    title: str = "Ferry runs aground", snippet: str = "The ferry ran aground 東京 off", **article: Any
) -> Delivery:
    alert = {
        "specversion": "1.0",
        "id": ALERT_ID,
        "type": "org.wirewatch.alert.v1",
        "subject": "ferries",
        "time": NOON.isoformat(),
        "data": {
            "rule": {
                "id": "ferries",
                "revision": "0123456789ab",
                "name": "Ferries",
                "query": "ferry",
                "severity": "critical",
            },
            "article": {
                "id": "a1",
                "title": title,
                "url": "https://news.example/ferry?id=1",
                "source": "Harbour Post",
                "published_at": "2026-03-01T11:58:00Z",
                **article,
            },
            "snippets": [
                {"field": "title", "text": title, "hits": [[0, 5]]},
                {"field": "body", "text": snippet, "hits": [[4, 9]]},
            ],
            "received_at": NOON.isoformat(),
            "matched_at": NOON.isoformat(),
        },
    }
    return Delivery(alert_id=ALERT_ID, receiver="desk", alert=alert, created_at=NOON)


def _receiver(kind: ReceiverKind) -> Receiver:
    options: dict[ReceiverKind, dict[str, Any]] = {
        ReceiverKind.TELEGRAM: {"token": TOKEN, "chat": "-100123"},
        ReceiverKind.PAGERDUTY: {"routing_key": KEY},
        ReceiverKind.EMAIL: {
            "host": "mail.example.org",
            "from": "Wirewatch <w@example.org>",
            "to": ("desk@example.org",),
        },
    }
    url = "https://hooks.example/T/B/x" if kind not in options else ""
    return Receiver("desk", url, (), kind=kind, options=options.get(kind, {}))


def _body(kind: ReceiverKind, delivery: Delivery) -> Any:
    return json.loads(formatted(_receiver(kind), delivery).body)


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_every_format_shows_the_rule_the_title_the_extract_the_link_and_the_id(kind: ReceiverKind) -> None:
    shown = json.dumps(_body(kind, _delivery()), ensure_ascii=False)
    for what in ("Ferries", "Ferry runs aground", "東京", "https://news.example/ferry?id=1", ALERT_ID, "Harbour Post"):
        assert what in shown


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_a_second_attempt_sends_the_same_bytes(kind: ReceiverKind) -> None:
    delivery = _delivery()
    again = delivery.model_copy(update={"attempts": 3, "due_at": NOON})
    assert formatted(_receiver(kind), delivery).body == formatted(_receiver(kind), again).body


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_an_alert_of_an_unknown_shape_is_sent_by_its_id(kind: ReceiverKind) -> None:
    strange = Delivery(alert_id=ALERT_ID, receiver="desk", alert={"id": 7}, created_at=NOON)
    assert ALERT_ID in json.dumps(_body(kind, strange))


def test_slack_gets_blocks_of_rich_text_with_the_hits_bold() -> None:
    message = _body(ReceiverKind.SLACK, _delivery())
    header, rich, _ = message["blocks"]
    assert header["text"] == {"type": "plain_text", "text": "Ferries"}
    title, quote = rich["elements"]
    assert title["elements"][0]["url"] == "https://news.example/ferry?id=1"
    assert quote["elements"] == [
        {"type": "text", "text": "The "},
        {"type": "text", "text": "ferry", "style": {"bold": True}},
        {"type": "text", "text": " ran aground 東京 off"},
    ]


def test_slack_can_not_be_made_to_call_the_channel() -> None:
    message = _body(ReceiverKind.SLACK, _delivery(title=MARKUP))
    assert message["text"].startswith("Ferries: &lt;!channel&gt; *bold*")
    (types,) = ({each["type"] for each in element["elements"]} for element in message["blocks"][1]["elements"][1:])
    assert types == {"text"}


def test_discord_mentions_nobody_and_escapes_markdown() -> None:
    message = _body(ReceiverKind.DISCORD, _delivery(snippet=f"see ferry {MARKUP}"))
    assert message["allowed_mentions"] == {"parse": []}
    (embed,) = message["embeds"]
    assert r"**ferry** \<!channel\> \*bold\* \@everyone \[x\]\(https\:" in embed["description"]
    assert embed["color"] == 0xC02030


def test_discord_never_gets_more_than_it_takes() -> None:
    long = _delivery(title="x" * 500, snippet="the ferry " + "*" * 2_000)
    (embed,) = _body(ReceiverKind.DISCORD, long)["embeds"]
    assert len(embed["title"]) == 256
    texts = (embed["title"], embed["description"], embed["author"]["name"], embed["footer"]["text"])
    assert sum(map(len, texts)) <= 6_000
    assert embed["description"].endswith("…")


def test_teams_gets_an_adaptive_card_without_markup() -> None:
    message = _body(ReceiverKind.TEAMS, _delivery(title=MARKUP))
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {inline["type"] for block in card["body"] for inline in block["inlines"]} == {"TextRun"}
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Read the article", "url": "https://news.example/ferry?id=1"}
    ]


def test_telegram_counts_its_bold_parts_in_utf_16() -> None:
    message = _body(ReceiverKind.TELEGRAM, _delivery(title="🚢 runs aground"))
    assert message["chat_id"] == "-100123"
    units = message["text"].encode("utf-16-le")
    bold = [
        units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        for each in message["entities"]
    ]
    assert bold == ["Ferries", "ferry"]


def test_telegram_text_stays_within_its_limit_without_half_a_character() -> None:
    message = _body(ReceiverKind.TELEGRAM, _delivery(title="🚢" * 500, snippet="the ferry " + "🚢" * 5_000))
    assert len(message["text"].encode("utf-16-le")) // 2 <= 4_096
    assert message["text"].endswith("🚢")


def test_telegram_posts_to_the_bots_own_address() -> None:
    assert formatted(_receiver(ReceiverKind.TELEGRAM), _delivery()).url == (
        f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    )


def test_pagerduty_knows_a_second_attempt_by_the_alerts_id() -> None:
    request = formatted(_receiver(ReceiverKind.PAGERDUTY), _delivery())
    event = json.loads(request.body)
    assert request.url == "https://events.pagerduty.com/v2/enqueue"
    assert (event["dedup_key"], event["routing_key"], event["event_action"]) == (ALERT_ID, KEY, "trigger")
    assert event["payload"]["severity"] == "critical"
    assert event["payload"]["summary"] == "Ferries: Ferry runs aground"


def test_secrets_never_show_in_the_repr_of_a_request() -> None:
    for kind in HTTP_KINDS:
        shown = repr(formatted(_receiver(kind), _delivery()))
        assert TOKEN not in shown
        assert KEY not in shown
        assert "hooks.example" not in shown


def test_mail_has_the_same_message_id_at_every_attempt_and_both_forms() -> None:
    message = email_message(
        _delivery(), sender="Wirewatch <w@example.org>", recipients=("a@example.org", "b@example.org")
    )
    read = message_from_bytes(message.as_bytes(), policy=SMTP)
    assert read["Message-ID"] == f"<{ALERT_ID}@example.org>"
    assert read["Subject"] == "[critical] Ferries: Ferry runs aground"
    assert read["To"] == "a@example.org, b@example.org"
    assert read["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in read.iter_parts())
    assert "The ferry ran aground 東京 off" in plain
    assert "The <b>ferry</b> ran aground 東京 off" in html


def test_mail_can_not_be_given_headers_or_html_by_an_article() -> None:
    message = email_message(
        _delivery(title=f"x\r\nBcc: all@example.org {MARKUP}", snippet="the ferry <script>alert(1)</script>"),
        sender="w@example.org",
        recipients=("a@example.org",),
    )
    read = message_from_bytes(message.as_bytes(), policy=SMTP)
    assert read["Bcc"] is None
    assert "x Bcc: all@example.org" in read["Subject"]
    _, html = (part.get_content() for part in read.iter_parts())
    assert "<script" not in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.example/ a", "ftp://x.example/", "https://" + "x" * 2_000]
)
def test_an_address_that_should_not_be_clicked_is_no_link(url: str) -> None:
    assert notice_of(_delivery(url=url)).url is None


@pytest.mark.parametrize("hits", [[[0, 900]], [[5, 2]], [[-3, 2]], [[2, 6], [4, 9]]])
def test_nonsense_hits_lose_no_text(hits: list[list[int]]) -> None:
    delivery = _delivery()
    alert: Any = delivery.alert
    alert["data"]["snippets"][1]["hits"] = hits
    (extract,) = notice_of(delivery).extracts
    assert "".join(run.text for run in extract) == "The ferry ran aground 東京 off"


@pytest.mark.parametrize("kind", list(ReceiverKind)[1:])
def test_receivers_of_every_kind_check(kind: ReceiverKind) -> None:
    check_kind(_receiver(kind))


@pytest.mark.parametrize(
    ("kind", "changes", "problem"),
    [
        (ReceiverKind.TELEGRAM, {"token": "x/../y"}, "token is the bot's"),
        (ReceiverKind.TELEGRAM, {"chat": "a b"}, "chat is a number"),
        (ReceiverKind.TELEGRAM, {"chat": ""}, "needs chat"),
        (ReceiverKind.PAGERDUTY, {"routing_key": "short"}, "routing_key is the integration's key"),
        (ReceiverKind.EMAIL, {"to": ("a@example.org", "b@x\r\nBcc: c@example.org")}, "from and to are addresses"),
        (ReceiverKind.EMAIL, {"username": "u"}, "belong together"),
        (ReceiverKind.EMAIL, {"security": "none", "username": "u", "password": "p"}, "in the clear"),
        (ReceiverKind.EMAIL, {"security": "ssl"}, "security is one of"),
        (ReceiverKind.EMAIL, {"host": "smtp://mail"}, "host is the mail server's name"),
    ],
)
def test_what_a_kind_can_not_use_is_named(kind: ReceiverKind, changes: dict[str, Any], problem: str) -> None:
    receiver = _receiver(kind)
    changed = Receiver("desk", receiver.url, (), kind=kind, options={**receiver.options, **changes})
    with pytest.raises(ReceiverError, match=problem):
        check_kind(changed)
