"""The fate of a match, by name: the log field, the metric's label and what a test expects."""

from enum import StrEnum

__all__ = ["Decision"]


class Decision(StrEnum):
    """What the alert stage did with one message of `matches`."""

    EMITTED = "emitted"
    """A new alert: on `alerts`, and one delivery for each receiver."""
    DUPLICATE = "duplicate"
    """The same rule and article were alerted before, and it is still remembered."""
    REJECTED = "rejected"
    """Not a match at all: kept whole on `matches.rejected`."""
