"""The composition root: settings in, running roles out."""

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from prometheus_client import CollectorRegistry

from wirewatch.adapters.http import Check, OpsServer
from wirewatch.adapters.kafka import KafkaClients
from wirewatch.adapters.metrics import Metrics
from wirewatch.bootstrap.deliver_role import DeliverRole
from wirewatch.bootstrap.kit import Kit, ssl_context_for
from wirewatch.bootstrap.match_role import MatchRole
from wirewatch.bootstrap.role import Role, RoleName
from wirewatch.bootstrap.service import Service
from wirewatch.config import Settings, reference_reader
from wirewatch.delivery import Receiver

__all__ = ["clients_for", "serve", "stop_on_signals"]


def clients_for(settings: Settings) -> KafkaClients:
    """Return a maker of Kafka clients by the settings."""
    connection = settings.kafka_connection()
    return KafkaClients(connection, ssl_context_for(connection), settings.kafka.instance_id)


async def serve(
    settings: Settings,
    receivers: Sequence[Receiver],
    roles: Sequence[RoleName],
    *,
    log: structlog.stdlib.BoundLogger,
    stop: asyncio.Event,
) -> None:
    """Run `roles` with their port for metrics and health until `stop` is set.

    Raises:
        WirewatchError: the port can't be served, or a role could not go on.
    """
    registry = CollectorRegistry()
    kit = Kit(settings, clients_for(settings), Metrics(registry, roles=roles), log)
    service = Service(kit, lambda: [_make_role(kit, name, receivers) for name in roles])
    ops = OpsServer(
        registry,
        readiness=service.readiness,
        # That the event loop answers is what liveness is: a broker that is away is no reason to be restarted.
        liveness=lambda: {"event_loop": Check(ok=True)},
        host=settings.http.host,
        port=settings.http.port,
    )
    async with ops:
        log.info("started", roles=list(roles), http_port=ops.port)
        await service.run(stop)
    log.info("stopped")


@contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` on SIGTERM and SIGINT while the context lasts; must be entered on the event loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _make_role(kit: Kit, name: RoleName, receivers: Sequence[Receiver]) -> Role:
    match name:
        case RoleName.MATCH:
            return MatchRole(kit)
        case RoleName.ALERT:
            from wirewatch.bootstrap.alert_role import AlertRole  # noqa: PLC0415 - it loads Faust, which only alert needs

            return AlertRole(kit)
        case RoleName.DELIVER:
            return DeliverRole(kit, receivers, read=reference_reader(os.environ))
