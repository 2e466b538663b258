"""Every metric, declared once: its name, its meaning, and all the values its label can have.

Consumer lag is declared in `lag`, since it has no series while it is unknown.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from wirewatch.adapters.metrics.durations import Durations
from wirewatch.alert import Decision
from wirewatch.article import RejectReason
from wirewatch.delivery import DeliveryOutcome, FailureKind

__all__ = ["Declared"]

_ARTICLE_OUTCOMES = ("matched", "unmatched", "rejected")
# A message that is no delivery never gets as far as an outcome of the core.
_DELIVERY_OUTCOMES = (*DeliveryOutcome, "rejected")
_ATTEMPT_RESULTS = ("accepted", *FailureKind)

# From 5 µs, an article that shares no word with a rule, to what would stall a whole batch.
_MATCH_SECONDS = (5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 1)
# From milliseconds, the promise, to hours, what a backlog takes to be worked off.
_ARTICLE_TO_ALERT_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 14_400)
# The same, and on to days: the retry schedule takes more than three.
_ALERT_TO_DELIVERY_SECONDS = (*_ARTICLE_TO_ALERT_SECONDS, 43_200, 86_400, 259_200)


class Declared:
    """The metrics on one registry; one with a label is a mapping from each of its values to that series."""

    def __init__(self, registry: CollectorRegistry, roles: Iterable[str]) -> None:
        roles = tuple(roles)
        self.build = Info("wirewatch_build", "The Wirewatch that runs, and its Python.", registry=registry)
        self._match(registry)
        self._alert(registry)
        self._deliver(registry)
        # 1 or 0 for each role of this process; other processes' roles are theirs to report.
        self.broker_connected = _gauges(
            registry, "wirewatch_broker_connected", "Whether the role reaches the broker.", "role", roles
        )
        self.role_up = _gauges(registry, "wirewatch_role_up", "Whether the role runs.", "role", roles)

    def _match(self, registry: CollectorRegistry) -> None:
        # Every article read has one outcome; a rejected one is also counted under its reason.
        self.articles = _counters(
            registry, "wirewatch_articles_total", "Articles read, by outcome.", "outcome", _ARTICLE_OUTCOMES
        )
        self.articles_rejected = _counters(
            registry,
            "wirewatch_articles_rejected_total",
            "Articles moved to the rejected topic, by reason.",
            "reason",
            RejectReason,
        )
        # The index alone: neither reading the article nor telling of the match. Up to a hundred articles are decided at
        # once, and each counts with an equal share of that, so a slow one shows only in the mean of those beside it.
        self.match_seconds = Durations(
            "wirewatch_match_seconds", "Time to match one article against all rules.", _MATCH_SECONDS, registry
        )
        self.rules_loaded = Gauge("wirewatch_rules_loaded", "Rules in use.", registry=registry)
        # Above 0, somebody's rule is silent: the log names it.
        self.rules_invalid = Gauge(
            "wirewatch_rules_invalid", "Rules on the topic that can't be used.", registry=registry
        )
        # A rule that raised on an article; all others went on.
        self.rule_faults = Counter(
            "wirewatch_rule_faults_total", "Failures of single rules on single articles.", registry=registry
        )
        self.matches = Counter("wirewatch_matches_total", "Matches of a rule and an article.", registry=registry)

    def _alert(self, registry: CollectorRegistry) -> None:
        self.alerts = _counters(
            registry, "wirewatch_alerts_total", "Matches decided, by decision.", "decision", Decision
        )
        self.article_to_alert_seconds = Histogram(
            "wirewatch_article_to_alert_seconds",
            "From an article's arrival on Kafka to the acknowledgement of an alert on it.",
            buckets=_ARTICLE_TO_ALERT_SECONDS,
            registry=registry,
        )

    def _deliver(self, registry: CollectorRegistry) -> None:
        # What became of a delivery each time it was taken up: retried may be counted many times before the end.
        self.deliveries = _counters(
            registry,
            "wirewatch_deliveries_total",
            "Deliveries taken up, by outcome.",
            "outcome",
            _DELIVERY_OUTCOMES,
        )
        # What one request met with, whatever was then decided.
        self.delivery_attempts = _counters(
            registry,
            "wirewatch_delivery_attempts_total",
            "Requests made to receivers, by result.",
            "result",
            _ATTEMPT_RESULTS,
        )
        self.receivers_usable = Gauge("wirewatch_receivers", "Receivers that can be posted to.", registry=registry)
        # Above 0, somebody's deliveries are parked: the log names the receiver and what is wrong.
        self.receivers_unusable = Gauge(
            "wirewatch_receivers_unusable", "Receivers whose definition or secrets can't be used.", registry=registry
        )
        self.breakers_open = Gauge(
            "wirewatch_receivers_unreachable", "Receivers left alone since none can connect to them.", registry=registry
        )
        self.alert_to_delivery_seconds = Histogram(
            "wirewatch_alert_to_delivery_seconds",
            "From an alert's emission to a receiver's acceptance of it.",
            buckets=_ALERT_TO_DELIVERY_SECONDS,
            registry=registry,
        )


def _counters(
    registry: CollectorRegistry, name: str, help_text: str, label: str, values: Iterable[str]
) -> dict[str, Counter]:
    counter = Counter(name, help_text, (label,), registry=registry)
    return {value: counter.labels(value) for value in values}


def _gauges(
    registry: CollectorRegistry, name: str, help_text: str, label: str, values: Iterable[str]
) -> dict[str, Gauge]:
    gauge = Gauge(name, help_text, (label,), registry=registry)
    return {value: gauge.labels(value) for value in values}
