"""What all roles share: settings, clients, clocks, metrics and a log. Made once, passed in."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher
from wirewatch.adapters.metrics import Metrics
from wirewatch.config import Settings
from wirewatch.ports import KafkaConnection
from wirewatch.routing import Topics

__all__ = ["Kit", "ssl_context_for"]


@dataclass(frozen=True, slots=True)
class Kit:
    """The parts; `wall_clock` is Unix time in seconds, `stopwatch` a monotonic clock in seconds."""

    settings: Settings
    clients: KafkaClients
    metrics: Metrics
    log: structlog.stdlib.BoundLogger
    wall_clock: Callable[[], float] = field(default=time.time)
    stopwatch: Callable[[], float] = field(default=time.perf_counter)

    @property
    def topics(self) -> Topics:
        """The names of all topics."""
        return self.settings.topic_names()

    def publisher(self, purpose: str) -> KafkaPublisher:
        """Return a publisher of its own for one role, which waits for a broker that is away and says so."""

        def waiting(error: Exception, pause_seconds: float) -> None:
            self.log.warning("publish_retry", role=purpose, error=str(error), retry_in_seconds=pause_seconds)

        return KafkaPublisher(self.clients, purpose, on_retry=waiting)

    def group(self, role: str) -> str:
        """Return the consumer group of `role`; two installations on one cluster differ by their topics' prefix."""
        return f"{self.settings.topics.prefix}{role}"


def ssl_context_for(connection: KafkaConnection) -> ssl.SSLContext | None:
    """Return the TLS context of a connection, read from its files; None without TLS."""
    tls = connection.tls
    if tls is None:
        return None
    context = ssl.create_default_context(cafile=tls.ca_file)
    context.check_hostname = tls.check_hostname
    if tls.certificate_file is not None:
        context.load_cert_chain(tls.certificate_file, tls.key_file)
    return context
