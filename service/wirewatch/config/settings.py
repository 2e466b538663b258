"""The settings as frozen, typed values; what each means, its unit and its default stand in `defaults.toml`.

No field has a default here: that file is their one source, and `load_settings` the way to get a `Settings`.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from wirewatch.config.field_types import (
    Broker,
    File,
    Network,
    OptionalText,
    TopicText,
    comma_separated,
    empty_is_none,
)
from wirewatch.ports import KafkaConnection, Sasl, Tls
from wirewatch.routing import Topics

__all__ = [
    "AlertSettings",
    "ArticleSettings",
    "DeliverSettings",
    "HttpSettings",
    "KafkaSettings",
    "LogSettings",
    "MatchSettings",
    "SaslSettings",
    "Settings",
    "ShutdownSettings",
    "TlsSettings",
    "TopicSettings",
]

KafkaName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$", max_length=200)]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


def _topic_name(value: str | None) -> str | None:
    if value in {".", ".."}:
        raise ValueError(f"{value!r} can't be a topic; name the topic that the articles are on")
    return value


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TlsSettings(Section):
    """Encryption towards the brokers."""

    enabled: bool
    ca_file: File
    certificate_file: File
    key_file: File
    check_hostname: bool

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file belong together; set both or neither")
        if not self.enabled and (self.ca_file or self.certificate_file):
            raise ValueError("files are named but enabled is false, which sends all in the clear; set enabled to true")
        return self

    def value(self) -> Tls | None:
        """Return what a Kafka client needs to know, None for an unencrypted connection."""
        if not self.enabled:
            return None
        return Tls(self.ca_file, self.certificate_file, self.key_file, self.check_hostname)


class SaslSettings(Section):
    """Logging in at the brokers."""

    mechanism: Annotated[SaslMechanism | None, empty_is_none]
    username: OptionalText
    # The one default outside defaults.toml, which must not show where to write a password into it.
    password: SecretStr | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.mechanism is None and (self.username or self.password):
            raise ValueError("a username or password without a mechanism; set mechanism, such as SCRAM-SHA-512")
        if self.mechanism and not self.username:
            raise ValueError(f"{self.mechanism} needs a username; set username")
        if self.mechanism and not self.password:
            raise ValueError(
                f"{self.mechanism} needs a password; set WIREWATCH_KAFKA__SASL__PASSWORD, or "
                "WIREWATCH_KAFKA__SASL__PASSWORD_FILE to a file that holds it"
            )
        return self

    def value(self) -> Sasl | None:
        """Return what a Kafka client needs to know, None for no login."""
        if self.mechanism is None or self.username is None or self.password is None:
            return None
        return Sasl(self.mechanism, self.username, self.password.get_secret_value())


class KafkaSettings(Section):
    """How to reach the cluster."""

    bootstrap: Annotated[tuple[Broker, ...], comma_separated, Field(min_length=1)]
    client_id: KafkaName
    instance_id: Annotated[KafkaName | None, empty_is_none]
    tls: TlsSettings
    sasl: SaslSettings


class TopicSettings(Section):
    """What the topics are called and how missing ones are made."""

    prefix: Annotated[TopicText, Field(max_length=150)]
    articles: Annotated[
        Annotated[TopicText, Field(max_length=249)] | None,
        empty_is_none,
        AfterValidator(_topic_name),
    ]
    partitions: Annotated[int, Field(ge=1, le=10_000)]
    replication: Annotated[int, Field(ge=1, le=9)]
    create: bool


class ArticleSettings(Section):
    """What is read as an article."""

    max_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)]


class MatchSettings(Section):
    """The match role."""

    batch_max_records: Annotated[int, Field(ge=1, le=10_000)]
    reject_limit_share: Annotated[float, Field(gt=0, le=1)]
    reject_limit_run: Annotated[int, Field(ge=1, le=1_000_000)]


class AlertSettings(Section):
    """The alert role."""

    remember_seconds: Annotated[int, Field(ge=60, le=31_536_000)]
    max_in_flight: Annotated[int, Field(ge=1, le=10_000)]


class DeliverSettings(Section):
    """The deliver role."""

    retry_delays_seconds: Annotated[
        tuple[Annotated[int, Field(ge=1, le=604_800)], ...], comma_separated, Field(max_length=20)
    ]
    allow_networks: Annotated[tuple[Network, ...], comma_separated]
    max_queue_per_receiver: Annotated[int, Field(ge=1, le=100_000)]


class HttpSettings(Section):
    """The port for metrics and health."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=0, le=65_535)]


class LogSettings(Section):
    """What is logged and how."""

    format: Literal["json", "console", "auto"]
    level: Literal["debug", "info", "warning", "error"]


class ShutdownSettings(Section):
    """The end."""

    grace_seconds: Annotated[float, Field(gt=0, le=300)]


class Settings(BaseSettings):
    """All settings. Get one from `load_settings`; its repr shows no secret."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    kafka: KafkaSettings
    topics: TopicSettings
    articles: ArticleSettings
    match: MatchSettings
    alert: AlertSettings
    deliver: DeliverSettings
    http: HttpSettings
    log: LogSettings
    shutdown: ShutdownSettings

    def kafka_connection(self) -> KafkaConnection:
        """Return how to reach the cluster, as the value that every client adapter takes."""
        kafka = self.kafka
        return KafkaConnection(kafka.bootstrap, kafka.client_id, kafka.tls.value(), kafka.sasl.value())

    def topic_names(self) -> Topics:
        """Return the names of all topics."""
        return Topics(prefix=self.topics.prefix, articles_name=self.topics.articles)
