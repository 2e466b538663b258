"""How to reach a Kafka cluster, as a value that each client adapter (aiokafka, Faust) turns into its own options."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["KafkaConnection", "Sasl", "Tls"]


@dataclass(frozen=True, slots=True)
class Tls:
    """Encrypt the connection; the files are PEM. Without `ca_file` the system's authorities are trusted."""

    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    check_hostname: bool = True


@dataclass(frozen=True, slots=True)
class Sasl:
    """Authenticate with a name and a password; the password never appears in a repr."""

    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KafkaConnection:
    """`bootstrap` is a tuple of `host:port`; None for `tls` or `sasl` means without it."""

    bootstrap: tuple[str, ...]
    client_id: str = "wirewatch"
    tls: Tls | None = None
    sasl: Sasl | None = None
