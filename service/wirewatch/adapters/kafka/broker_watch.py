"""Asking the cluster, now and then, whether it answers: for readiness and its metric."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from wirewatch.adapters.kafka.clients import KafkaClients

__all__ = ["BrokerWatch"]

_ANSWER_SECONDS = 5.0


class BrokerWatch:
    """Keeps one connection to ask on; made anew after a failure. `stop` it in the end."""

    def __init__(self, clients: KafkaClients) -> None:
        self._clients = clients
        self._admin: AIOKafkaAdminClient | None = None

    async def answers(self) -> bool:
        """Tell whether the cluster describes itself within a few seconds."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                if self._admin is None:
                    self._admin = self._clients.admin()
                    await self._admin.start()
                await self._admin.describe_cluster()
        except (KafkaError, OSError, TimeoutError):
            await self.stop()
            return False
        return True

    async def stop(self) -> None:
        """Disconnect."""
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.close()
