"""Consumer lag at the moment of a scrape: what is not known is absent, never 0."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from wirewatch.ports import Lag

__all__ = ["LagCollector", "PartitionLag"]

_LABELS = ("role", "topic", "partition")


class PartitionLag(Protocol):
    """The lag of one partition that a role holds."""

    @property
    def topic(self) -> str:
        """The topic's name."""

    @property
    def partition(self) -> int:
        """The partition's number."""

    @property
    def lag(self) -> Lag:
        """How far behind the role is there."""


class LagCollector(Collector):
    """Keeps each role's latest snapshot and shows nothing else: a partition that moved away leaves no series behind."""

    def __init__(self) -> None:
        self._snapshots: Mapping[str, tuple[PartitionLag, ...]] = {}

    def replace(self, role: str, lags: Iterable[PartitionLag]) -> None:
        """Forget what `role` reported before; `lags` has every partition that it holds and knows the lag of."""
        # A new mapping instead of a changed one: a scrape in another thread sees the old or the new, never half.
        self._snapshots = {**self._snapshots, role: tuple(lags)}

    def describe(self) -> Iterable[Metric]:
        """Return the two families without samples, so that registering finds clashes of names."""
        return self._families()

    def collect(self) -> Iterable[Metric]:
        """Return the two families with a sample for each partition whose lag is known."""
        records, seconds = self._families()
        for role, lags in self._snapshots.items():
            for found in lags:
                labels = (role, found.topic, str(found.partition))
                records.add_metric(labels, found.lag.records)
                if found.lag.seconds is not None:
                    seconds.add_metric(labels, found.lag.seconds)
        return records, seconds

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily(
                "wirewatch_consumer_lag_records",
                "Messages on a partition that the role has not committed yet; absent while unknown.",
                labels=_LABELS,
            ),
            GaugeMetricFamily(
                "wirewatch_consumer_lag_seconds",
                "How long the oldest message that the role has not committed has waited; absent while unknown.",
                labels=_LABELS,
            ),
        )
