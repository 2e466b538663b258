"""Replaying: taking up again what stands on `deliveries.failed` or `deliveries.parked`.

Those topics are logs, not compacted: a delivery is there once for each time it was given up. A replay publishes it to
`deliveries` with `replays` one higher, and then a marker to the topic that it was read from: a record without a value
whose headers name the alert and that number. So a second replay finds nothing left to do; one that died between the
two sends again, under the same id; and a failure after the replay, which may be written before the marker, has the
higher number and still counts.
"""

from collections.abc import Iterable

from pydantic import ValidationError

from wirewatch.alert.delivery import Delivery
from wirewatch.ports import Received, Record, header
from wirewatch.routing import Topics

__all__ = ["replay_marker", "replay_record", "still_waiting"]

_ALERT, _REPLAYS = "wirewatch-replayed", "wirewatch-replays"
_OUR_PREFIX = "wirewatch-"


def still_waiting(messages: Iterable[Received]) -> tuple[tuple[Received, Delivery], ...]:
    """Return what of a whole failed or parked topic was not replayed yet: the latest of each, oldest first."""
    waiting: dict[tuple[str, str], tuple[Received, Delivery]] = {}
    replayed: dict[tuple[str, str], int] = {}
    for message in messages:
        if message.value is None:
            of = ((message.key or b"").decode(errors="replace"), (header(message.headers, _ALERT) or b"").decode())
            replayed[of] = max(replayed.get(of, 0), int(header(message.headers, _REPLAYS) or b"0"))
            continue
        try:
            delivery = Delivery.decode(message.value)
        except ValidationError:
            continue  # not one of ours: nothing that could be delivered
        waiting[delivery.receiver, delivery.alert_id] = message, delivery
    left = (pair for of, pair in waiting.items() if pair[1].replays >= replayed.get(of, 0))
    return tuple(sorted(left, key=lambda pair: (pair[0].timestamp_ms, pair[0].partition, pair[0].offset)))


def replay_record(message: Received, delivery: Delivery, topics: Topics) -> Record:
    """Return the record that sends `delivery`, read as `message`, on its way again with all its attempts before it."""
    again = delivery.model_copy(
        update={"attempts": 0, "holds": 0, "place": None, "due_at": None, "replays": delivery.replays + 1}
    )
    kept = tuple(pair for pair in message.headers if not pair[0].startswith(_OUR_PREFIX))
    return Record(topics.deliveries, delivery.receiver.encode(), again.encode(), kept)


def replay_marker(message: Received, delivery: Delivery) -> Record:
    """Return the record that says so on the topic of `message`, to be published after the `replay_record`."""
    headers = ((_ALERT, delivery.alert_id.encode()), (_REPLAYS, str(delivery.replays + 1).encode()))
    return Record(message.topic, delivery.receiver.encode(), None, headers)
