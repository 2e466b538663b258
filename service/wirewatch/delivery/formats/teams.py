"""Microsoft Teams, by a Workflow that posts what it receives: an Adaptive Card of text runs, which have no markup."""

from typing import Any

from wirewatch.delivery.formats.notice import Notice, Run, shortened
from wirewatch.rule import Severity

__all__ = ["teams_body"]

_COLOURS = {
    Severity.LOW: "default",
    Severity.MEDIUM: "accent",
    Severity.HIGH: "warning",
    Severity.CRITICAL: "attention",
}
_MAX_SUMMARY = 200


def teams_body(notice: Notice) -> dict[str, Any]:
    """Return the message; it stays far below the 28 kB that Teams takes."""
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            _text([Run(notice.rule_name, bold=True)], size="medium", color=_COLOURS[notice.severity]),
            _text([Run(notice.title, bold=True)]),
            *([_text([Run(notice.byline)], isSubtle=True)] if notice.byline else []),
            *(_text(extract) for extract in notice.extracts),
            _text([Run(f"{notice.severity} · {notice.alert_id}")], size="small", isSubtle=True),
        ],
        "msteams": {"width": "Full"},
    }
    if notice.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Read the article", "url": notice.url}]
    return {
        "type": "message",
        "summary": shortened(notice.headline, _MAX_SUMMARY),
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _text(runs: list[Run] | tuple[Run, ...], **style: Any) -> dict[str, Any]:
    inlines = [
        {"type": "TextRun", "text": run.text, **({"weight": "bolder"} if run.bold else {}), **style} for run in runs
    ]
    return {"type": "RichTextBlock", "inlines": inlines}
