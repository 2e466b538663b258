"""The verbs with which the roles report facts; each is a few additions, cheap enough for every message."""

import platform
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from wirewatch import __version__
from wirewatch.adapters.metrics.declared import Declared
from wirewatch.adapters.metrics.lag import LagCollector, PartitionLag
from wirewatch.alert import Decision
from wirewatch.article import RejectReason

__all__ = ["Metrics"]

_ROLES = ("match", "alert", "deliver")


class Metrics:
    """All metrics of one process on `registry`, with those of the process, the platform and Python beside them.

    `roles` are the roles that this process runs: only they have series of their own. A label value that was not
    declared is a KeyError: a mistake in the program, never a fact about the world.
    """

    def __init__(self, registry: CollectorRegistry, *, roles: Iterable[str] = _ROLES) -> None:
        self._declared = Declared(registry, roles)
        self._declared.build.info({"version": __version__, "python": platform.python_version()})
        self._lag = LagCollector()
        registry.register(self._lag)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

    def articles(self, *, matched: int, unmatched: int) -> None:
        """Count the articles of a batch that could be read."""
        self._declared.articles["matched"].inc(matched)
        self._declared.articles["unmatched"].inc(unmatched)

    def article_rejected(self, reason: RejectReason) -> None:
        """Count an article that could not be read, as an article and under its reason."""
        self._declared.articles["rejected"].inc()
        self._declared.articles_rejected[reason].inc()

    def match_seconds(self, seconds: Iterable[float]) -> None:
        """Take in the time that matching took, for each article of a batch."""
        self._declared.match_seconds.observe(seconds)

    def matches(self, count: int) -> None:
        """Count matches that were published."""
        self._declared.matches.inc(count)

    def rules(self, *, loaded: int, invalid: int) -> None:
        """Set how many rules are in use, and how many can't be."""
        self._declared.rules_loaded.set(loaded)
        self._declared.rules_invalid.set(invalid)

    def rule_fault(self) -> None:
        """Count a rule that failed on an article."""
        self._declared.rule_faults.inc()

    def alert(self, decision: Decision) -> None:
        """Count a match that was decided."""
        self._declared.alerts[decision].inc()

    def article_to_alert(self, seconds: float) -> None:
        """Take in the time from an article's arrival to its alert."""
        self._declared.article_to_alert_seconds.observe(seconds)

    def delivery(self, outcome: str) -> None:
        """Count a delivery that was taken up: a DeliveryOutcome, or `rejected` for what is no delivery."""
        self._declared.deliveries[outcome].inc()

    def delivery_attempt(self, result: str) -> None:
        """Count a request to a receiver: the FailureKind it met with, or `accepted`."""
        self._declared.delivery_attempts[result].inc()

    def alert_to_delivery(self, seconds: float) -> None:
        """Take in the time from an alert's emission to a receiver's acceptance."""
        self._declared.alert_to_delivery_seconds.observe(seconds)

    def receivers(self, *, usable: int, unusable: int) -> None:
        """Set how many receivers can be posted to, and how many can't be used here."""
        self._declared.receivers_usable.set(usable)
        self._declared.receivers_unusable.set(unusable)

    def breakers_open(self, count: Callable[[], float]) -> None:
        """Ask `count`, at each scrape, how many receivers are not tried, since nothing could connect to them."""
        self._declared.breakers_open.set_function(count)

    def lags(self, role: str, lags: Iterable[PartitionLag]) -> None:
        """Replace all that `role` reported of its lag; partitions that are not in `lags` are unknown from now on."""
        self._lag.replace(role, lags)

    def broker_connected(self, role: str, *, connected: bool) -> None:
        """Set whether `role` reaches the broker."""
        self._declared.broker_connected[role].set(connected)

    def role_up(self, role: str, *, up: bool) -> None:
        """Set whether `role` runs."""
        self._declared.role_up[role].set(up)
