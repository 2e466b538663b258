"""What several commands share: the settings option, and a broker that must be there now."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from aiokafka.errors import KafkaError

from wirewatch.adapters.kafka import KafkaClients, ensure_topics, why_unreachable
from wirewatch.bootstrap import clients_for, topic_specs
from wirewatch.config import Settings, load_settings
from wirewatch.errors import WirewatchError

__all__ = ["BrokerUnreachable", "config_option", "reachable_clients", "settings_from"]

_CONNECT_SECONDS = 10.0


class BrokerUnreachable(WirewatchError):  # noqa: N818 - says what is the matter
    """A command that works on the broker could not reach it."""


def config_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--config`, passed as `config`."""
    return click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A TOML file of settings; WIREWATCH_* environment variables lie over it.",
    )(function)


def settings_from(config: Path | None) -> Settings:
    """Return the settings of the environment over `config` over the defaults; raises SettingsError."""
    return load_settings(config, os.environ)


async def reachable_clients(settings: Settings, *topics: str) -> KafkaClients:
    """Return Kafka clients, after asking the broker once: a command should fail now, not wait.

    Those of `topics` that are missing are made; of others nothing need be known, or allowed to us.

    Raises:
        BrokerUnreachable: no answer within ten seconds.
        TopicsError: a topic is missing and may not be or could not be created.
    """
    clients = clients_for(settings)
    admin = clients.admin()
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await admin.start()
            await admin.describe_cluster()
    except (KafkaError, OSError, TimeoutError) as error:
        servers = ", ".join(settings.kafka.bootstrap)
        reason = await why_unreachable(clients) or f"the broker at {servers} is too slow or not ready: {error!r}"
        raise BrokerUnreachable(
            f"{reason}\nStart one, or set WIREWATCH_KAFKA__BOOTSTRAP to where it is; WIREWATCH_KAFKA__TLS__… and "
            "WIREWATCH_KAFKA__SASL__… are for encryption and login"
        ) from error
    finally:
        await admin.close()
    if topics:
        specs = [spec for spec in topic_specs(settings) if spec.name in topics]
        await ensure_topics(clients, specs, create=settings.topics.create)
    return clients
