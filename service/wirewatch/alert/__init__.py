"""What a match becomes: the message on `matches`, and the alert as a CloudEvent for everyone downstream.

Two wire formats live here because two stages and every subscriber read them. Both are frozen pydantic models: bytes
in, typed values out, every bad field named.
"""

from wirewatch.alert.cloud_event import CONTENT_TYPE, EVENT_TYPE, Alert, AlertData, alert_from
from wirewatch.alert.decision import Decision
from wirewatch.alert.match_message import (
    ArticleSummary,
    Hit,
    MatchMessage,
    RuleSummary,
    SnippetText,
    encode_matches,
)

__all__ = [
    "CONTENT_TYPE",
    "EVENT_TYPE",
    "Alert",
    "AlertData",
    "ArticleSummary",
    "Decision",
    "Hit",
    "MatchMessage",
    "RuleSummary",
    "SnippetText",
    "alert_from",
    "encode_matches",
]
