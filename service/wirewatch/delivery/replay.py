"""Replaying: taking up again what stands on `deliveries.failed` or `deliveries.parked`.

Those topics are logs, not compacted: a delivery is there once for each time it was given up. A replay publishes it to
`deliveries` with `replays` one higher, and then a marker to the topic that it was read from: a record without a value
whose headers name the alert and that number. So a second replay finds nothing left to do; one that died between the
two sends again, under the same id; and a failure after the replay, which may be written before the marker, has the
higher number and still counts.
"""

from collections.abc import Sequence

from pydantic import ValidationError

from wirewatch.alert.delivery import Delivery
from wirewatch.ports import Received, Record, header
from wirewatch.routing import Topics

__all__ = ["Backlog", "replay_marker", "replay_record", "still_waiting"]

_ALERT, _REPLAYS = "wirewatch-replayed", "wirewatch-replays"
_OUR_PREFIX = "wirewatch-"


class Backlog:
    """Which messages of a failed or parked topic were not replayed yet: the latest of each delivery.

    Read the topic once through `learn`; `waiting` then tells it of any message. A few numbers are kept for each
    delivery, never the messages: there may be a hundred thousand.
    """

    def __init__(self) -> None:
        self._latest: dict[tuple[str, str], tuple[int, int, int]] = {}
        self._replayed: dict[tuple[str, str], int] = {}

    def learn(self, message: Received) -> None:
        """Take in the next message of its partition."""
        if message.value is None:
            of = ((message.key or b"").decode(errors="replace"), (header(message.headers, _ALERT) or b"").decode())
            number = header(message.headers, _REPLAYS) or b""
            self._replayed[of] = max(self._replayed.get(of, 0), int(number) if number.isdigit() else 0)
            return
        delivery = _delivery(message)
        if delivery is not None:
            of = delivery.receiver, delivery.alert_id
            self._latest[of] = message.partition, message.offset, delivery.replays

    def waiting(self, message: Received) -> Delivery | None:
        """Return the delivery to replay that `message` is, None when it is replayed, repeated later, or none."""
        delivery = _delivery(message)
        if delivery is None:
            return None
        of = delivery.receiver, delivery.alert_id
        partition, offset, replays = self._latest.get(of, (-1, -1, 0))
        is_latest = (partition, offset) == (message.partition, message.offset)
        return delivery if is_latest and replays >= self._replayed.get(of, 0) else None


def still_waiting(messages: Sequence[Received]) -> tuple[tuple[Received, Delivery], ...]:
    """Return what of a whole failed or parked topic was not replayed yet: the latest of each, oldest first."""
    backlog = Backlog()
    for message in messages:
        backlog.learn(message)
    left = [(message, delivery) for message in messages if (delivery := backlog.waiting(message)) is not None]
    return tuple(sorted(left, key=lambda pair: (pair[0].timestamp_ms, pair[0].partition, pair[0].offset)))


def _delivery(message: Received) -> Delivery | None:
    """Return the delivery that a message is; None for a marker, and for what could not be delivered anyhow."""
    try:
        return Delivery.decode(message.value) if message.value is not None else None
    except ValidationError:
        return None


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
