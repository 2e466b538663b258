"""Slack's incoming webhooks: blocks of rich text, in which nothing that an article says is markup."""

from typing import Any

from wirewatch.delivery.formats.notice import Notice, Run, shortened

__all__ = ["slack_body"]

_MAX_HEADER = 150
_MAX_FALLBACK = 500


def slack_body(notice: Notice) -> dict[str, Any]:
    """Return the message; `text` is what notifications show, and the one place with markup to escape."""
    return {
        "text": _escaped(shortened(notice.headline, _MAX_FALLBACK)),
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": shortened(notice.rule_name, _MAX_HEADER)}},
            {"type": "rich_text", "elements": [_section(_title(notice)), *_quotes(notice)]},
            {
                "type": "context",
                "elements": [{"type": "plain_text", "text": f"{notice.severity} · {notice.alert_id}", "emoji": False}],
            },
        ],
    }


def _title(notice: Notice) -> list[dict[str, Any]]:
    bold = {"bold": True}
    title: dict[str, Any] = (
        {"type": "link", "url": notice.url, "text": notice.title, "style": bold}
        if notice.url
        else {"type": "text", "text": notice.title, "style": bold}
    )
    return [title, *([{"type": "text", "text": f"\n{notice.byline}"}] if notice.byline else [])]


def _quotes(notice: Notice) -> list[dict[str, Any]]:
    return [{"type": "rich_text_quote", "elements": [_text(run) for run in extract]} for extract in notice.extracts]


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _text(run: Run) -> dict[str, Any]:
    return {"type": "text", "text": run.text, **({"style": {"bold": True}} if run.bold else {})}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
