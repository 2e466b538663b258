"""A test broker's locked doors: a listener with TLS and passwords, and one with TLS and client certificates."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from wirewatch.ports import KafkaConnection, Sasl, Tls

__all__ = ["PASSWORD", "USER", "KafkaSecurity", "Mechanism", "make_security", "scram_arguments"]

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
USER = "watcher"
PASSWORD = "quiet-heron-97"
_SCRAM: tuple[Mechanism, ...] = ("SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True, slots=True)
class KafkaSecurity:
    """The files (PEM) of an authority made for one broker, its server and one client."""

    ca_file: Path
    server_file: Path  # key (PKCS#8) and certificates in one file, as Kafka wants them
    certificate_file: Path
    key_file: Path

    def settings(self) -> dict[str, str]:
        """Return the broker's settings for rights, and for `PASSWORDS` (SASL_SSL) and `CERTIFICATES` (SSL)."""
        login = "org.apache.kafka.common.security"
        settings = {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.server_file),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.ca_file),
            "listener.name.certificates.ssl.client.auth": "required",
            # The plain listener may do everything; others too, where no right is given to anybody.
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
            "allow.everyone.if.no.acl.found": "true",
            "sasl.enabled.mechanisms": ",".join(("PLAIN", *_SCRAM)),
            "listener.name.passwords.plain.sasl.jaas.config": (
                f'{login}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
            ),
        }
        for mechanism in _SCRAM:
            key = f"listener.name.passwords.{mechanism.lower()}.sasl.jaas.config"
            settings[key] = f"{login}.scram.ScramLoginModule required;"
        return settings

    def with_password(self, bootstrap: str, mechanism: Mechanism, password: str = PASSWORD) -> KafkaConnection:
        """Return how to connect with TLS and the user's password, or a wrong one."""
        return KafkaConnection((bootstrap,), tls=Tls(ca_file=self.ca_file), sasl=Sasl(mechanism, USER, password))

    def with_certificate(self, bootstrap: str) -> KafkaConnection:
        """Return how to connect with TLS and the client's certificate."""
        tls = Tls(ca_file=self.ca_file, certificate_file=self.certificate_file, key_file=self.key_file)
        return KafkaConnection((bootstrap,), tls=tls)


def scram_arguments() -> list[str]:
    """Return what makes the storage tool create the user while it formats."""
    pairs = ((f"{mechanism}=[name={USER},password={PASSWORD}]") for mechanism in _SCRAM)
    return [argument for pair in pairs for argument in ("--add-scram", pair)]


def make_security(directory: Path) -> KafkaSecurity:
    """Make an authority and its certificates in `directory`: for 127.0.0.1 and localhost, and for one client."""
    directory.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1", "localhost")
    client = authority.issue_cert("watcher@wirewatch.test")
    files = KafkaSecurity(
        ca_file=directory / "ca.pem",
        server_file=directory / "server.pem",
        certificate_file=directory / "client.pem",
        key_file=directory / "client.key",
    )
    authority.cert_pem.write_to_path(str(files.ca_file))
    files.server_file.write_bytes(_key(server) + _certificates(server))
    files.certificate_file.write_bytes(_certificates(client))
    files.key_file.write_bytes(_key(client))
    return files


def _key(leaf: trustme.LeafCert) -> bytes:
    """Return the key as PKCS#8, the only form Kafka reads."""
    key = load_pem_private_key(leaf.private_key_pem.bytes(), password=None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificates(leaf: trustme.LeafCert) -> bytes:
    return b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
