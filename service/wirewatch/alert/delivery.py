"""The value of the `deliveries` topics: one alert for one receiver, and how often it was tried.

It stands beside the alert because two stages share it: the alert stage writes it, the deliver role reads it.
"""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue
from pydantic_core import to_json

__all__ = ["Delivery"]

_ID_PATTERN = r"^[A-Za-z0-9_:-]{1,200}$"
"""It becomes the header `webhook-id`, and a dot would make what is signed ambiguous."""
_MAX_ATTEMPTS = 1_000_000
_NO_ALERT = b'"alert":{}'


class Delivery(BaseModel):
    """One alert on its way to one receiver.

    `alert` is the CloudEvent, opaque here. `created_at` is when the alert was emitted. `attempts` counts those already
    made, `holds` how often it had to wait since then without one: its receiver busy or paused. `due_at` is the time of
    the next attempt, None for at once. `replays` is how often it was taken up again after it had been given up or set
    aside, which tells a failure before a replay from one after it. `place` is its number in a queue (see
    `wirewatch.delivery.order`), None out of any. Unknown fields are left for a later version to know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null")

    alert_id: Annotated[str, Field(pattern=_ID_PATTERN)]
    receiver: Annotated[str, Field(min_length=1, max_length=200)]
    alert: dict[str, JsonValue]
    created_at: AwareDatetime
    attempts: Annotated[int, Field(ge=0, le=_MAX_ATTEMPTS)] = 0
    holds: Annotated[int, Field(ge=0, le=_MAX_ATTEMPTS)] = 0
    replays: Annotated[int, Field(ge=0, le=_MAX_ATTEMPTS)] = 0
    place: Annotated[int, Field(ge=1)] | None = None
    due_at: AwareDatetime | None = None

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a message's value.

        Raises:
            pydantic.ValidationError: it is not a delivery; every bad field is named.
        """
        return cls.model_validate_json(raw)

    def encode(self) -> bytes:
        """Return the message's value: JSON in UTF-8, without what has its default."""
        return self.model_dump_json(exclude_defaults=True).encode()

    def encode_with(self, event: bytes) -> bytes:
        """Return `encode` of this delivery as if `event`, an alert's JSON object, were its alert; its own is empty.

        For who has the JSON anyway: nothing of it is read or written again.
        """
        if self.alert:
            raise ValueError("the delivery has an alert of its own")
        # The first one is the field: within a text the quotes would be escaped.
        return self.encode().replace(_NO_ALERT, b'"alert":' + event, 1)

    def body(self) -> bytes:
        """Return the alert as the bytes to post: the same for every attempt, and valid JSON whatever was decoded."""
        return to_json(self.alert, inf_nan_mode="null")
