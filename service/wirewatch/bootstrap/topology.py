"""How each topic is made when it is missing."""

from collections.abc import Iterator

from wirewatch.adapters.kafka import TopicSpec
from wirewatch.config import Settings
from wirewatch.retry import Schedule, delay_label
from wirewatch.routing import Topics

__all__ = ["topic_specs"]

_WHOLE = {"max.message.bytes": str(64 * 1024 * 1024)}
"""Dead letters are kept whole, with our headers on top, whatever the size of the original was."""
_COMPACTED = {"cleanup.policy": "compact"}
_KEPT = {"retention.ms": str(30 * 24 * 3600 * 1000)}
"""A month for what people come back to: dead letters and failed deliveries."""


def topic_specs(settings: Settings) -> tuple[TopicSpec, ...]:
    """Return all topics of the service but the alert table's changelog, which depends on the matches' partitions."""
    topics = settings.topic_names()
    partitions, replication = settings.topics.partitions, settings.topics.replication
    durable = {"min.insync.replicas": str(min(2, replication))} if replication > 1 else {}
    return tuple(
        TopicSpec(name, partitions, replication, {**durable, **config})
        for name, config in _named(topics, settings.deliver.retry_delays_seconds)
    )


def _named(topics: Topics, delays_seconds: tuple[int, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    yield topics.articles, {}
    yield topics.articles_rejected, {**_WHOLE, **_KEPT}
    yield topics.rules, _COMPACTED
    yield topics.matches, {}
    yield topics.matches_rejected, _KEPT
    yield topics.alerts, {}
    yield topics.deliveries, {}
    yield topics.deliveries_rejected, _KEPT
    yield topics.deliveries_failed, _KEPT
    yield topics.deliveries_parked, _KEPT
    yield topics.deliveries_order, _COMPACTED
    yield topics.receivers, _COMPACTED
    yield topics.receivers_state, _COMPACTED
    yield topics.receivers_events, _KEPT
    for delay in Schedule(delays_seconds).topic_delays_seconds:
        yield topics.deliveries_retry(delay_label(delay)), _KEPT
