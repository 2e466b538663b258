"""A receiver as it stands on the compacted topic `receivers`: everything but its secrets, which it only names.

Each worker resolves the references where it runs, so that no secret is ever on Kafka. A `ReceiverSpec` says what an
operator wrote; a `Receiver` is what can be posted to.
"""

from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from wirewatch.delivery.formats.kinds import check_kind
from wirewatch.delivery.receiver import (
    DEFAULT_MAX_IN_FLIGHT,
    DEFAULT_TIMEOUT_SECONDS,
    BodyMode,
    Order,
    Receiver,
    ReceiverKind,
)
from wirewatch.delivery.signing import read_key

__all__ = ["ReadReference", "ReceiverSpec", "Reference", "SecretReference"]


class Reference(BaseModel):
    """Where a value stands: in an environment variable, or in a file (an absolute path, or from the working folder)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    env: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("a reference names one of env and file")
        return self


class SecretReference(Reference):
    """A signing secret or key; `until` is when it stops signing, None for never (the newest one must have none)."""

    until: AwareDatetime | None = None


ReadReference = Callable[[Reference], str]
"""Returns what a reference leads to; raises ReceiverError, which names the variable or file but no value."""

Option = Reference | tuple[str, ...] | bool | int | float | str


class ReceiverSpec(BaseModel):
    """One receiver; `options` are what its kind needs (a chat's id, a mail server), see the kind's own module.

    `url` may be a reference, when the URL itself is a secret. Unknown fields are left for a later version to know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(min_length=1, max_length=100)]
    kind: ReceiverKind = ReceiverKind.WEBHOOK
    url: Reference | str = ""
    secrets: tuple[SecretReference, ...] = ()
    headers: dict[str, Reference | str] = Field(default_factory=dict)
    options: dict[str, Option] = Field(default_factory=dict)
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    max_in_flight: int = DEFAULT_MAX_IN_FLIGHT
    rate_per_second: float | None = None
    order: Order = Order.NONE
    body: BodyMode = BodyMode.STRUCTURED
    retry_delays_seconds: tuple[int, ...] | None = None
    allow_http: bool = False
    enabled: bool = True

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a message's value.

        Raises:
            pydantic.ValidationError: it is not a receiver; every bad field is named.
        """
        return cls.model_validate_json(raw)

    def encode(self) -> bytes:
        """Return the message's value: JSON in UTF-8, without what has its default."""
        return self.model_dump_json(exclude_defaults=True).encode()

    def resolve(self, read: ReadReference) -> Receiver:
        """Return the receiver with its secrets, each read by `read`.

        Raises:
            ReceiverError: one can't be read, or a value won't do.
            SecretError: what was read is not a signing secret.
        """

        def text(value: Reference | str) -> str:
            return read(value) if isinstance(value, Reference) else value

        receiver = Receiver(
            id=self.id,
            url=text(self.url),
            secrets=tuple(read_key(read(secret), until=secret.until) for secret in self.secrets),
            headers=tuple((name, text(value)) for name, value in self.headers.items()),
            timeout_seconds=self.timeout_seconds,
            max_in_flight=self.max_in_flight,
            allow_http=self.allow_http,
            enabled=self.enabled,
            kind=self.kind,
            options={
                name: read(value) if isinstance(value, Reference) else value for name, value in self.options.items()
            },
            rate_per_second=self.rate_per_second,
            order=self.order,
            body=self.body,
            retry_delays_seconds=self.retry_delays_seconds,
        )
        check_kind(receiver)
        return receiver
