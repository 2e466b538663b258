"""What becomes of a message that can't be read: the same bytes on a dead-letter topic, with why and where from."""

from wirewatch.ports import Received, Record

__all__ = ["rejected_record"]

_MAX_ERROR_CHARACTERS = 1_000


def rejected_record(received: Received, topic: str, *, reason: str, error: str) -> Record:
    """Return the record that keeps `received` whole on `topic`.

    Its own headers stay; ours tell `wirewatch-reason` (a name from a closed set), `wirewatch-error` (for a person) and
    the origin, from which the message could be read again.
    """
    ours = {
        "wirewatch-reason": reason,
        "wirewatch-error": error[:_MAX_ERROR_CHARACTERS],
        "wirewatch-origin-topic": received.topic,
        "wirewatch-origin-partition": str(received.partition),
        "wirewatch-origin-offset": str(received.offset),
        "wirewatch-origin-timestamp-ms": str(received.timestamp_ms),
    }
    return Record(
        topic=topic,
        key=received.key,
        # A record without a value would be a tombstone to some readers of a dead-letter topic; empty bytes are not.
        value=received.value if received.value is not None else b"",
        # An error may quote what can't be encoded, and nothing may keep a message from being kept.
        headers=(*received.headers, *((name, text.encode(errors="replace")) for name, text in ours.items())),
    )
