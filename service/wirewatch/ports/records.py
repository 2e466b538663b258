"""Messages of a broker as plain values, and the promise a publisher makes about them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

__all__ = ["Header", "Publisher", "Received", "Record", "header", "trace_headers"]

Header = tuple[str, bytes]


class Record(NamedTuple):
    """A message to be kept by the broker; `key` None lets the broker choose the partition, `value` None deletes."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()


class Received(NamedTuple):
    """A message as the broker handed it to us.

    `timestamp_ms` is Unix time in milliseconds, set by the producer or by the broker as the topic says.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]
    timestamp_ms: int


class Publisher(Protocol):
    """Whoever brings records to the broker."""

    async def publish(self, records: Sequence[Record]) -> None:
        """Return when every one of `records` is acknowledged by all in-sync replicas.

        Those of one key are on their topic in the order of the calls, however many wait side by side, unless the broker
        did not take one of them at first.

        A broker that is away for a while is waited for; a caller who can't wait cancels.

        Raises:
            PublishFailed: waiting would not help; some records may have been kept. Nothing that led to them may be
                committed. Publishing all again later is harmless, since ids are deterministic.
        """
        ...


def header(headers: Sequence[Header], name: str) -> bytes | None:
    """Return the last value under `name`, or None: a later header overrides an earlier one."""
    return next((value for key, value in reversed(headers) if key == name), None)


def trace_headers(headers: Sequence[Header]) -> tuple[Header, ...]:
    """Return the W3C trace context among `headers`, which travels with an article all the way to the webhook."""
    if not headers:
        return ()
    found = ((name, header(headers, name)) for name in ("traceparent", "tracestate"))
    return tuple((name, value) for name, value in found if value is not None)
