"""Where messages go: the names of the topics, and the receivers that an alert is meant for."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DEFAULT_RECEIVER", "Topics", "receivers_for"]

DEFAULT_RECEIVER = "default"


@dataclass(frozen=True, slots=True)
class Topics:
    """The names of all topics under one prefix; `articles` may be any existing topic instead of ours."""

    prefix: str = "wirewatch."
    articles_name: str | None = None

    @property
    def articles(self) -> str:
        """Articles as they come in."""
        return self.articles_name or f"{self.prefix}articles"

    @property
    def articles_rejected(self) -> str:
        """Unreadable articles, whole; ours even when the articles' topic is somebody else's."""
        return f"{self.prefix}articles.rejected"

    @property
    def rules(self) -> str:
        """Watch rules by id, compacted."""
        return f"{self.prefix}rules"

    @property
    def matches(self) -> str:
        """Each match of a rule and an article, keyed by rule."""
        return f"{self.prefix}matches"

    @property
    def matches_rejected(self) -> str:
        """Messages on `matches` that are not matches: somebody's mistake, kept whole."""
        return f"{self.prefix}matches.rejected"

    @property
    def alerts(self) -> str:
        """The product: CloudEvents for downstream consumers."""
        return f"{self.prefix}alerts"

    @property
    def deliveries(self) -> str:
        """One message for each alert and receiver."""
        return f"{self.prefix}deliveries"

    @property
    def deliveries_rejected(self) -> str:
        """Messages on the deliveries topics that are not deliveries, kept whole."""
        return f"{self.prefix}deliveries.rejected"

    @property
    def deliveries_failed(self) -> str:
        """Deliveries given up on, to be replayed."""
        return f"{self.prefix}deliveries.failed"

    @property
    def deliveries_parked(self) -> str:
        """Deliveries to a receiver that is disabled or can't be used, kept to be replayed once it can."""
        return f"{self.prefix}deliveries.parked"

    @property
    def deliveries_order(self) -> str:
        """The queues of deliveries that are kept in order, compacted."""
        return f"{self.prefix}deliveries.order"

    @property
    def receivers(self) -> str:
        """Receivers by id, compacted; their secrets only by reference."""
        return f"{self.prefix}receivers"

    @property
    def receivers_state(self) -> str:
        """How each receiver is doing, by its id, compacted."""
        return f"{self.prefix}receivers.state"

    @property
    def receivers_events(self) -> str:
        """What happened to receivers: CloudEvents."""
        return f"{self.prefix}receivers.events"

    def deliveries_retry(self, delay: str) -> str:
        """Deliveries waiting for `delay` (a label such as `5s` or `2h`) before the next attempt."""
        return f"{self.prefix}deliveries.retry.{delay}"


def receivers_for(named: Sequence[str]) -> tuple[str, ...]:
    """Return the receivers of an alert: those the rule names, once each and in its order, else the default one."""
    return tuple(dict.fromkeys(named)) or (DEFAULT_RECEIVER,)
