"""Why the cluster can't be reached, in words for a person."""

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import KafkaError

from wirewatch.adapters.kafka.clients import KafkaClients

__all__ = ["why_unreachable"]

_ANSWER_MS = 5_000


async def why_unreachable(clients: KafkaClients) -> str | None:
    """Return what a connection to each bootstrap server ends in; None when one of them answers after all.

    aiokafka's error says only that none could be reached. A wrong password, an unknown authority or a closed port it
    keeps to its log, where nobody looks who reads `/readyz` or a command's error.
    """
    reasons: list[str] = []
    for host, port, _ in collect_hosts(clients.connection.bootstrap, randomize=False):
        try:
            connection = await create_conn(host, port, request_timeout_ms=_ANSWER_MS, **clients.connection_options())
        except (KafkaError, OSError) as error:
            reasons.append(f"{host}:{port}: {str(error) or type(error).__name__}")
        else:
            connection.close()
            return None
    return "no broker can be reached at " + "; ".join(reasons)
