"""The settings of a test broker: every node is broker and controller, small, quick to start and to rebalance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.kafka_security import KafkaSecurity
from tests.support.ports import free_ports

__all__ = ["Node", "nodes_on_free_ports", "properties"]

_HOST = "127.0.0.1"
_QUICK_AND_SMALL = {
    "auto.create.topics.enable": "false",  # a topic that nobody created is a mistake to be seen
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "500",  # a test of a dead worker need not wait for Kafka's usual 6 s
    "broker.session.timeout.ms": "3000",  # a killed broker is let in again when its session is over: 9 s otherwise
    "broker.heartbeat.interval.ms": "500",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "1",
    "log.cleaner.dedupe.buffer.size": "16777216",  # 128 MiB of the heap otherwise
    "log.index.size.max.bytes": "1048576",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "log.segment.delete.delay.ms": "1000",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One broker's number and the ports of its listeners."""

    number: int
    plain_port: int
    controller_port: int
    passwords_port: int
    certificates_port: int

    @property
    def bootstrap(self) -> str:
        """The listener without TLS or passwords, as `host:port`."""
        return f"{_HOST}:{self.plain_port}"

    @property
    def passwords_bootstrap(self) -> str:
        """The listener with TLS and SASL, as `host:port`."""
        return f"{_HOST}:{self.passwords_port}"

    @property
    def certificates_bootstrap(self) -> str:
        """The listener with TLS and client certificates, as `host:port`."""
        return f"{_HOST}:{self.certificates_port}"


def nodes_on_free_ports(count: int) -> tuple[Node, ...]:
    """Return `count` nodes, numbered from 1."""
    ports = iter(free_ports(4 * count))
    return tuple(Node(number, next(ports), next(ports), next(ports), next(ports)) for number in range(1, count + 1))


def properties(
    node: Node,
    nodes: Sequence[Node],
    data: Path,
    security: KafkaSecurity | None,
    extra: Mapping[str, str],
) -> str:
    """Return the text of `node`'s server.properties; `extra` has the last word."""
    replicas = str(min(3, len(nodes)))
    doors = _listeners(node, secured=security is not None)
    settings = {
        "process.roles": "broker,controller",
        "node.id": str(node.number),
        "controller.quorum.voters": ",".join(f"{each.number}@{_HOST}:{each.controller_port}" for each in nodes),
        "controller.listener.names": "CONTROLLER",
        "listeners": ",".join(f"{name}://{_HOST}:{port}" for name, (_, port) in doors.items()),
        "advertised.listeners": ",".join(
            f"{name}://{_HOST}:{port}" for name, (_, port) in doors.items() if name != "CONTROLLER"
        ),
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, (protocol, _) in doors.items()),
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(data),
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": "1",
        **_QUICK_AND_SMALL,
        **(security.settings() if security else {}),
        **extra,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def _listeners(node: Node, *, secured: bool) -> dict[str, tuple[str, int]]:
    doors = {"PLAINTEXT": ("PLAINTEXT", node.plain_port), "CONTROLLER": ("PLAINTEXT", node.controller_port)}
    if secured:
        doors |= {"PASSWORDS": ("SASL_SSL", node.passwords_port), "CERTIFICATES": ("SSL", node.certificates_port)}
    return doors
