"""Telegram's Bot API: plain text with entities beside it, so that nothing in the text is markup."""

from typing import Any

from wirewatch.delivery.formats.notice import Notice, Run

__all__ = ["TELEGRAM_API", "telegram_body", "telegram_url"]

TELEGRAM_API = "https://api.telegram.org"
_MAX_UNITS = 4_096
"""Of UTF-16, which is what Telegram counts in."""


def telegram_url(api: str, token: str) -> str:
    """Return where to post to; `api` is Telegram's own or that of a Bot API server of one's own, "" for the former."""
    return f"{(api or TELEGRAM_API).rstrip('/')}/bot{token}/sendMessage"


def telegram_body(notice: Notice, chat: str) -> dict[str, Any]:
    """Return the message for `chat`, an id or the @name of a channel."""
    text, entities, length = "", [], 0
    for run in _runs(notice):
        kept = _fitting(run.text, _MAX_UNITS - length)
        units = _units(kept)
        if run.bold and kept.strip():
            entities.append({"type": "bold", "offset": length, "length": units})
        text += kept
        length += units
        if kept != run.text:
            break
    return {"chat_id": chat, "text": text, "entities": entities, "link_preview_options": {"is_disabled": True}}


def _runs(notice: Notice) -> list[Run]:
    paragraphs: list[tuple[Run, ...]] = [
        (Run(notice.rule_name, bold=True), Run(f" [{notice.severity}]\n{notice.title}")),
        (Run(notice.byline),),
        (Run(notice.url or ""),),
        (Run(notice.alert_id),),  # before what may have to be cut
        *notice.extracts,
    ]
    filled = [runs for runs in paragraphs if any(run.text for run in runs)]
    return [run for index, runs in enumerate(filled) for run in ((Run("\n\n"),) * (index > 0) + runs)]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _fitting(text: str, units: int) -> str:
    """Return the beginning of `text` that takes at most `units`, without half a character at its end."""
    return text if _units(text) <= units else text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
