"""`order: rule`: the alerts of one rule reach a receiver in their order, each after the fate of the one before.

While all goes well nothing is kept: a worker takes those of one (receiver, rule) one after another. When one can't be
delivered at once and goes to a retry topic, a queue begins: it gets the first place, and each that comes after it the
next. One that is due goes only when the place before it is done (delivered, failed or parked), and waits again
otherwise. When the last place is done the queue is gone.

A queue is two numbers on the compacted topic `deliveries.order`, however many wait in it. A place is written after the
delivery that has it: a worker that dies between the two leaves a delivery that is read again and joins again, so that
it may arrive twice, but no place that nobody has and everybody waits for.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from wirewatch.alert.delivery import Delivery
from wirewatch.ports import Record
from wirewatch.routing import Topics

__all__ = ["Queue", "after_done", "join", "line_of", "may_go", "queue_record"]


class Queue(BaseModel):
    """`last` is the place that was given out last, `done` the last one that is done; places start at 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    last: int = Field(ge=1)
    done: int = Field(ge=0)

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a message's value; raises pydantic.ValidationError when it is not a queue."""
        return cls.model_validate_json(raw)


def line_of(delivery: Delivery) -> str:
    """Return the name of what is kept in order: the receiver, a space and the rule."""
    return f"{delivery.receiver} {delivery.alert.get('subject', '')}"


def may_go(queue: Queue | None, delivery: Delivery) -> bool:
    """Tell whether it is `delivery`'s turn."""
    return queue is None or (delivery.place is not None and queue.done >= delivery.place - 1)


def join(queue: Queue | None, delivery: Delivery) -> tuple[Queue | None, Delivery]:
    """Return the queue and the delivery after it got a place, unless it has one."""
    if delivery.place is not None:
        return queue, delivery
    place = queue.last + 1 if queue is not None else 1
    joined = Queue(last=place, done=queue.done if queue is not None else 0)
    return joined, delivery.model_copy(update={"place": place})


def after_done(queue: Queue | None, delivery: Delivery) -> Queue | None:
    """Return the queue after the fate of `delivery` was decided; None when nobody is left in it."""
    if queue is None or delivery.place is None:
        return queue
    done = max(queue.done, delivery.place)
    return Queue(last=queue.last, done=done) if done < queue.last else None


def queue_record(line: str, queue: Queue | None, topics: Topics) -> Record:
    """Return the record that makes a change of a queue last."""
    value = queue.model_dump_json().encode() if queue is not None else None
    return Record(topics.deliveries_order, line.encode(), value)
