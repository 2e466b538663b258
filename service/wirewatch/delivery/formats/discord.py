"""Discord's webhooks: one embed, its markdown escaped, nobody mentioned."""

import re
from typing import Any

from wirewatch.delivery.formats.notice import Notice, Run, shortened
from wirewatch.rule import Severity

__all__ = ["discord_body"]

_MAX_TITLE = 256
_MAX_NAME = 256
_MAX_DESCRIPTION = 3_500
"""Discord takes 4,096, and 6,000 characters of an embed in all."""
_COLOURS = {
    Severity.LOW: 0x5B8DB8,
    Severity.MEDIUM: 0xE0B030,
    Severity.HIGH: 0xE07030,
    Severity.CRITICAL: 0xC02030,
}
_MARKDOWN = re.compile(r"([\\*_~`|>#\[\]()<@:-])")


def discord_body(notice: Notice) -> dict[str, Any]:
    """Return the message."""
    embed: dict[str, Any] = {
        "author": {"name": shortened(notice.rule_name, _MAX_NAME)},
        "title": shortened(notice.title, _MAX_TITLE),
        "description": _description(notice),
        "color": _COLOURS[notice.severity],
        "timestamp": notice.time.isoformat(),
        "footer": {"text": f"{notice.severity} · {notice.alert_id}"},
    }
    if notice.url:
        embed["url"] = notice.url
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _description(notice: Notice) -> str:
    """Return whole paragraphs only, as many as fit: cutting markdown could leave half an escape."""
    paragraphs = [_escaped(notice.byline), *("".join(_marked(run) for run in extract) for extract in notice.extracts)]
    text = ""
    for paragraph in filter(None, paragraphs):
        longer = f"{text}\n\n{paragraph}" if text else paragraph
        if len(longer) > _MAX_DESCRIPTION:
            return f"{text}\n\n…".lstrip()
        text = longer
    return text


def _marked(run: Run) -> str:
    return f"**{_escaped(run.text)}**" if run.bold else _escaped(run.text)


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
