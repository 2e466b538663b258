"""Attempts of all kinds of receivers, by the adapter that each kind needs."""

import ssl
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from wirewatch.adapters.smtp import MailPoster
from wirewatch.adapters.webhook import WebhookPoster
from wirewatch.alert.delivery import Delivery
from wirewatch.delivery import AttemptResult, Network, Receiver, ReceiverKind
from wirewatch.ports import Header

__all__ = ["AnySender"]


class AnySender:
    """Mails what goes by mail and posts all else; `start` and `stop` it, or use `async with`."""

    def __init__(self, *, allowed_networks: Sequence[Network] = (), ssl_context: ssl.SSLContext | None = None) -> None:
        """`allowed_networks` and `ssl_context` are as the adapters have them."""
        self._webhooks = WebhookPoster(allowed_networks=allowed_networks, ssl_context=ssl_context)
        self._mails = MailPoster(allowed_networks=allowed_networks, ssl_context=ssl_context)

    async def start(self) -> None:
        """Be ready; nothing is connected yet."""
        await self._webhooks.start()
        await self._mails.start()

    async def stop(self) -> None:
        """Close what is open; attempts under way fail."""
        await self._mails.stop()
        await self._webhooks.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def post(
        self, receiver: Receiver, delivery: Delivery, headers: Sequence[Header], now: datetime
    ) -> AttemptResult:
        """Make one attempt, and return the facts."""
        adapter = self._mails if receiver.kind is ReceiverKind.EMAIL else self._webhooks
        return await adapter.post(receiver, delivery, headers, now)
