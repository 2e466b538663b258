"""aiokafka's clients, each made from one `KafkaConnection` with the settings that our guarantees need."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError

from wirewatch.adapters.kafka.lean_consumer import LeanConsumer
from wirewatch.adapters.paced_producer import PacedProducer
from wirewatch.errors import WirewatchError
from wirewatch.ports import KafkaConnection

__all__ = ["BrokerAway", "KafkaClients", "patiently"]

_MAX_REQUEST_BYTES = 64 * 1024 * 1024
"""Above any broker's sensible limit: how large a message may be is the topic's own setting, not ours."""
_T = TypeVar("_T")
_BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class KafkaClients:
    """Makes clients; with an `instance_id` consumers are static members of their groups: a restart is no rebalance."""

    connection: KafkaConnection
    ssl_context: ssl.SSLContext | None = None
    instance_id: str | None = None

    def producer(self, purpose: str) -> AIOKafkaProducer:
        """Return a producer whose acknowledgement means all in-sync replicas, without reordering or repeats."""
        return PacedProducer(
            **self._common(purpose),
            enable_idempotence=True,
            acks="all",
            linger_ms=2,
            max_batch_size=256 * 1024,
            max_request_size=_MAX_REQUEST_BYTES,
            request_timeout_ms=20_000,
        )

    def group_consumer(
        self, purpose: str, group: str, *, max_poll_records: int, by_range: bool = False
    ) -> LeanConsumer:
        """Return a member of `group` that commits only when told to, from the first message on.

        With `by_range` one member has the same partitions of all its topics, provided that they have equally many;
        else partitions stay where they were as far as can be.
        """
        return LeanConsumer(
            **self._common(purpose),
            group_id=group,
            group_instance_id=f"{self.instance_id}-{purpose}" if self.instance_id else None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=max_poll_records,
            # Who has many topics has many partitions, each with what was fetched of it in memory.
            max_partition_fetch_bytes=256 * 1024 if by_range else 4 * 1024 * 1024,
            fetch_max_wait_ms=250,
            session_timeout_ms=15_000,
            heartbeat_interval_ms=3_000,
            rebalance_timeout_ms=30_000,
            metadata_max_age_ms=30_000,
            # Every rebalance stops all members; sticky at least leaves most partitions where they were.
            partition_assignment_strategy=[RangePartitionAssignor if by_range else StickyPartitionAssignor],
        )

    def reader(self, purpose: str) -> LeanConsumer:
        """Return a consumer without a group, for reading a topic from anywhere."""
        return LeanConsumer(
            **self._common(purpose),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )

    def admin(self) -> AIOKafkaAdminClient:
        """Return a client for making and describing topics."""
        return AIOKafkaAdminClient(**self._common("admin"), request_timeout_ms=20_000)

    def connection_options(self) -> dict[str, Any]:
        """Return how to encrypt and to log in, as every client of aiokafka and a mere connection take it."""
        connection = self.connection
        options: dict[str, Any] = {"security_protocol": _protocol(connection)}
        if connection.tls is not None:
            options["ssl_context"] = self.ssl_context
        if connection.sasl is not None:
            options["sasl_mechanism"] = connection.sasl.mechanism
            options["sasl_plain_username"] = connection.sasl.username
            options["sasl_plain_password"] = connection.sasl.password
        return options

    def _common(self, purpose: str) -> dict[str, Any]:
        return {
            "bootstrap_servers": list(self.connection.bootstrap),
            "client_id": f"{self.connection.client_id}-{purpose}",
            **self.connection_options(),
        }


def _protocol(connection: KafkaConnection) -> str:
    if connection.sasl is not None:
        return "SASL_SSL" if connection.tls is not None else "SASL_PLAINTEXT"
    return "SSL" if connection.tls is not None else "PLAINTEXT"


class BrokerAway(WirewatchError):  # noqa: N818 - says what is the matter
    """The cluster does not answer, or not yet: the same may work later."""


async def patiently(work: Callable[[], Awaitable[_T]], *, on_retry: Callable[[Exception, float], None]) -> _T:
    """Return what `work` returns; while the cluster is away do it again with growing pauses, for as long as it takes.

    `on_retry` is told of each failure and the seconds until the next try. A wrong password is a failure like
    any other: it may be mended on the broker's side while we wait, and each message says what it is.
    """
    for attempt in count():
        try:
            return await work()
        except (BrokerAway, KafkaError, OSError) as error:
            pause = _BACKOFF_SECONDS[min(attempt, len(_BACKOFF_SECONDS) - 1)]
            on_retry(error, pause)
            await asyncio.sleep(pause)
    raise AssertionError("unreachable: the loop has no end")
