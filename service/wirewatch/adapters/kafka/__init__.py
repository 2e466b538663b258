"""Kafka through aiokafka: a publisher, the two kinds of consumers, a reader of whole topics, and making topics.

The only package that imports aiokafka. A `BatchConsumer` handles a batch and commits it; a `TrackedConsumer` hands out
messages that finish in any order and commits up to the oldest unfinished one. Both commit only what is done, never
sleep in the loop that polls, and throw away what they had fetched when their partitions are taken from them.
"""

from wirewatch.adapters.kafka.batch_consumer import BatchConsumer
from wirewatch.adapters.kafka.broker_watch import BrokerWatch
from wirewatch.adapters.kafka.clients import BrokerAway, KafkaClients, patiently
from wirewatch.adapters.kafka.publisher import KafkaPublisher
from wirewatch.adapters.kafka.reaching import why_unreachable
from wirewatch.adapters.kafka.topic_reader import TopicReader
from wirewatch.adapters.kafka.topics import (
    TopicsError,
    TopicSpec,
    ensure_topics,
    partition_count,
    require_equal_partitions,
    topics_that_begin,
)
from wirewatch.adapters.kafka.tracked_consumer import NotYet, Taken, TrackedConsumer

__all__ = [
    "BatchConsumer",
    "BrokerAway",
    "BrokerWatch",
    "KafkaClients",
    "KafkaPublisher",
    "NotYet",
    "Taken",
    "TopicReader",
    "TopicSpec",
    "TopicsError",
    "TrackedConsumer",
    "ensure_topics",
    "partition_count",
    "patiently",
    "require_equal_partitions",
    "topics_that_begin",
    "why_unreachable",
]
