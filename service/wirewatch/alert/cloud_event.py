"""The alert, as CloudEvents 1.0 in JSON (structured mode), type `org.wirewatch.alert.v1`.

`id` is the alert's id, so that a consumer who sees one twice can tell; `subject` is the rule's id; `time` is when
the alert was emitted. The schema for other languages is `deploy/schemas/alert.v1.json`, made from this model.
"""

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from wirewatch.alert.match_message import ArticleSummary, Hit, MatchMessage, RuleSummary, SnippetText

__all__ = ["CONTENT_TYPE", "EVENT_TYPE", "Alert", "AlertData", "alert_from"]

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
EVENT_TYPE = "org.wirewatch.alert.v1"
_SCHEMA = "urn:wirewatch:schema:alert:v1"
_SOURCE = "urn:wirewatch"


class AlertData(BaseModel):
    """Which rule met which article, and where; `hits_omitted` counts hits beyond those listed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    rule: RuleSummary
    article: ArticleSummary
    hits: tuple[Hit, ...] = ()
    hits_omitted: int = 0
    snippets: tuple[SnippetText, ...] = ()
    received_at: AwareDatetime
    matched_at: AwareDatetime


class Alert(BaseModel):
    """A CloudEvent whose `data` is the alert."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        title="Wirewatch alert, version 1",
        json_schema_extra={"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": _SCHEMA},
    )

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str = _SOURCE
    type: Literal["org.wirewatch.alert.v1"] = "org.wirewatch.alert.v1"
    subject: str = Field(description="the id of the rule")
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str = _SCHEMA
    data: AlertData

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read an event.

        Raises:
            pydantic.ValidationError: it is not an alert of this version; every bad field is named.
        """
        return cls.model_validate_json(raw)

    def encode(self) -> bytes:
        """Return the event as JSON in UTF-8; absent values are left out, as CloudEvents asks."""
        return self.model_dump_json(exclude_none=True).encode()


def alert_from(match: MatchMessage, *, emitted_at: datetime) -> Alert:
    """Return the alert that `match` raises; its id is the match's, so a repeat is recognised as one."""
    return Alert(
        id=match.id,
        subject=match.rule.id,
        time=emitted_at,
        data=AlertData(
            rule=match.rule,
            article=match.article,
            hits=match.hits,
            hits_omitted=match.hits_omitted,
            snippets=match.snippets,
            received_at=match.received_at,
            matched_at=match.matched_at,
        ),
    )
