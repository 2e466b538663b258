"""Sending alerts as e-mail."""

import asyncio
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from wirewatch.adapters.smtp.connection import Line, connected
from wirewatch.adapters.smtp.failures import failure_of
from wirewatch.delivery import AddressPolicy, AttemptResult, Delivery, FailureKind, Network, Receiver
from wirewatch.delivery.formats import email_message
from wirewatch.ports import Header

__all__ = ["MailPoster"]

_THREADS = 32
_PERMANENT = 500
_TAKEN = 250


class MailPoster:
    """Sends mail by the standard library's client, in threads of its own; `start` and `stop` it, or use `async with`.

    `allowed_networks` are internal ones that it may connect to all the same; `ssl_context` is the system's trust unless
    given; `stopwatch` is any monotonic clock, in seconds.
    """

    def __init__(
        self,
        *,
        allowed_networks: Sequence[Network] = (),
        ssl_context: ssl.SSLContext | None = None,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._policy = AddressPolicy(tuple(allowed_networks))
        self._tls = ssl_context
        self._stopwatch = stopwatch
        self._threads: ThreadPoolExecutor | None = None

    async def start(self) -> None:
        """Be ready; threads begin when there is work for them."""
        self._tls = self._tls or ssl.create_default_context()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="smtp")

    async def stop(self) -> None:
        """Let go what has not begun; attempts under way end by their own deadlines."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def post(
        self,
        receiver: Receiver,
        delivery: Delivery,
        headers: Sequence[Header],  # noqa: ARG002 - a mail carries no trace
        now: datetime,  # noqa: ARG002 - a mail's date is the alert's
    ) -> AttemptResult:
        """Attempt `delivery` and return the facts; everything is over within the receiver's `timeout_seconds`.

        Accepted is what the server took for at least one recipient, unless it asked to come again for another.
        """
        if self._threads is None or self._tls is None:
            raise RuntimeError("the poster is not started")
        started = self._stopwatch()
        line = Line(self._policy, receiver.timeout_seconds)
        try:
            async with asyncio.timeout(receiver.timeout_seconds):
                loop = asyncio.get_running_loop()
                result = await loop.run_in_executor(self._threads, _send, line, receiver, delivery, self._tls)
        except TimeoutError:
            result = AttemptResult(
                0.0, failure=FailureKind.TIMEOUT, detail=f"no complete answer within {receiver.timeout_seconds:g} s"
            )
        finally:
            line.end()
        return replace(result, duration_seconds=self._stopwatch() - started)


def _send(line: Line, receiver: Receiver, delivery: Delivery, tls: ssl.SSLContext) -> AttemptResult:
    try:
        refused = _attempt(line, receiver, _message(receiver, delivery), tls)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost more than this attempt
        kind, code, detail = failure_of(error)
        return AttemptResult(0.0, code, kind, detail=detail)
    later = [code for code, _ in refused.values() if code < _PERMANENT]
    if later:
        detail = f"{len(later)} recipients were put off ({later[0]})"
        return AttemptResult(0.0, later[0], FailureKind.STATUS, detail=detail)
    return AttemptResult(0.0, _TAKEN, detail=f"{len(refused)} recipients were refused" if refused else "")


def _attempt(
    line: Line, receiver: Receiver, message: EmailMessage, tls: ssl.SSLContext
) -> Mapping[str, tuple[int, bytes]]:
    """Send the message, and return the recipients that were refused while others were not."""
    options = receiver.options
    port = options.get("port")
    session = connected(
        line,
        str(options["host"]),
        port if isinstance(port, int) else None,
        str(options.get("security", "starttls")),
        sender=str(options["from"]),
        tls=tls,
    )
    try:
        if options.get("username"):
            session.login(str(options["username"]), str(options["password"]))
        refused: Mapping[str, tuple[int, bytes]] = session.send_message(message)
        _leave(session)
        return refused
    finally:
        session.close()


def _leave(session: smtplib.SMTP) -> None:
    """Say goodbye; the mail is taken, whatever becomes of that."""
    try:
        session.quit()
    except (smtplib.SMTPException, OSError):
        return


def _message(receiver: Receiver, delivery: Delivery) -> EmailMessage:
    to = receiver.options["to"]
    recipients = to if isinstance(to, tuple) else (str(to),)
    return email_message(delivery, sender=str(receiver.options["from"]), recipients=recipients)
