"""PagerDuty's Events API v2: one incident an alert, which a second attempt finds by its key."""

from typing import Any

from wirewatch.delivery.formats.notice import Notice, shortened
from wirewatch.rule import Severity

__all__ = ["PAGERDUTY_EVENTS", "pagerduty_body"]

PAGERDUTY_EVENTS = "https://events.pagerduty.com/v2/enqueue"
_MAX_SUMMARY = 1_024
_SEVERITIES = {
    Severity.LOW: "info",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "critical",
}


def pagerduty_body(notice: Notice, routing_key: str) -> dict[str, Any]:
    """Return the event that triggers an incident; `dedup_key` is the alert's id."""
    event: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": notice.alert_id,
        "client": "Wirewatch",
        "payload": {
            "summary": shortened(notice.headline, _MAX_SUMMARY),
            "source": "wirewatch",
            "severity": _SEVERITIES[notice.severity],
            "timestamp": notice.time.isoformat(),
            "component": notice.rule_id,
            "class": "news",
            "custom_details": {
                "rule": notice.rule_name,
                "article": notice.title,
                "published": notice.byline,
                "extracts": ["".join(run.text for run in extract) for extract in notice.extracts],
            },
        },
    }
    if notice.url:
        event["links"] = [{"href": notice.url, "text": "Read the article"}]
    return event
