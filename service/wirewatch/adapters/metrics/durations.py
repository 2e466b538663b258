"""A histogram that takes in a batch at a time: prometheus-client's own costs more than many an article's matching."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

__all__ = ["Durations"]


class Durations(Collector):
    """Counts seconds by the first of `bounds` that they don't exceed; one thread observes."""

    def __init__(self, name: str, help_text: str, bounds: Sequence[float], registry: CollectorRegistry) -> None:
        self._name = name
        self._help_text = help_text
        self._bounds = bounds
        # Replaced as a whole: a scrape in another thread sees a batch or does not.
        self._state: tuple[tuple[int, ...], float] = ((0,) * (len(bounds) + 1), 0.0)
        registry.register(self)

    def observe(self, seconds: Iterable[float]) -> None:
        """Take in a batch."""
        batch = sorted(seconds)
        counts, total = self._state
        within = [*(bisect_right(batch, bound) for bound in self._bounds), len(batch)]
        self._state = tuple([count + more for count, more in zip(counts, within, strict=True)]), total + sum(batch)

    def describe(self) -> Iterable[Metric]:
        """Return the family without samples, so that registering finds clashes of names."""
        return (HistogramMetricFamily(self._name, self._help_text),)

    def collect(self) -> Iterable[Metric]:
        """Return the family with a sample for each bound."""
        counts, total = self._state
        bounds = [*map(floatToGoString, self._bounds), "+Inf"]
        buckets = list(zip(bounds, counts, strict=True))
        return (HistogramMetricFamily(self._name, self._help_text, buckets=buckets, sum_value=total),)
