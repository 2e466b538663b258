"""Why bytes are not an article that we can read."""

from enum import StrEnum

from wirewatch.errors import WirewatchError

__all__ = ["ArticleRejected", "RejectReason"]

MAX_DETAIL_CHARACTERS = 500


class RejectReason(StrEnum):
    """The closed set of reasons; also the label of a metric and a header of the rejected record."""

    EMPTY = "empty"
    """No value at all (a tombstone), or nothing but white space."""
    TOO_LARGE = "too_large"
    """More bytes than the limit; nothing else was looked at."""
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    WRONG_TYPE = "wrong_type"
    """JSON, but not an object, or with fields of the wrong type or form."""
    NO_TEXT = "no_text"
    """Neither title nor body has any text once it is cleaned."""


class ArticleRejected(WirewatchError):  # noqa: N818 - says what happened to it
    """Bytes that are not an article we can read; `detail` (at most 500 characters) tells a person what is wrong."""

    def __init__(self, reason: RejectReason, detail: str) -> None:
        self.reason = reason
        self.detail = detail if len(detail) <= MAX_DETAIL_CHARACTERS else detail[: MAX_DETAIL_CHARACTERS - 1] + "…"
        super().__init__(f"{reason}: {self.detail}")
