"""A real Apache Kafka for tests: one broker, or several in one cluster, on free ports of 127.0.0.1.

Each broker is a Java process on a leash (see `processes`): it ends with the test run, however that ends. Its data and
log are files of a directory that the caller gives and removes.
"""

import shutil
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support.kafka_install import KafkaInstall, find_kafka
from tests.support.kafka_security import PASSWORD, KafkaSecurity, Mechanism, make_security
from tests.support.kafka_settings import Node, nodes_on_free_ports, properties
from tests.support.kafka_storage import new_id, write_storage
from tests.support.processes import LeashedProcess

from wirewatch.ports import KafkaConnection

__all__ = ["BrokerFailed", "KafkaBroker", "KafkaCluster"]

_START_SECONDS = 90.0
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 15.0
_LOG_LINES = 40
_HEAP_MB = 512
_PORTS_TAKEN = "Address already in use"
_START_ATTEMPTS = 3


class BrokerFailed(Exception):  # noqa: N818 - says what happened
    """A broker did not start; the message ends with its log's last lines."""


class KafkaBroker:
    """One node of a cluster; formatted when made, running from `start()` to `stop()` or `kill()`."""

    def __init__(
        self,
        install: KafkaInstall,
        node: Node,
        directory: Path,
        security: KafkaSecurity | None = None,
    ) -> None:
        self._install = install
        self._node = node
        self._directory = directory
        self._security = security
        self._process: LeashedProcess | None = None

    @property
    def bootstrap(self) -> str:
        """The listener without TLS or passwords, as `host:port`; the same after a restart."""
        return self._node.bootstrap

    @property
    def connection(self) -> KafkaConnection:
        """How Wirewatch connects without TLS or passwords."""
        return KafkaConnection((self.bootstrap,))

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process else None

    def with_password(self, mechanism: Mechanism, password: str = PASSWORD) -> KafkaConnection:
        """Return how to connect with TLS and a password; only for a broker made with `security=True`."""
        return self._secured().with_password(self._node.passwords_bootstrap, mechanism, password)

    def with_certificate(self) -> KafkaConnection:
        """Return how to connect with TLS and a client certificate; only for a broker made with `security=True`."""
        return self._secured().with_certificate(self._node.certificates_bootstrap)

    def start(self) -> None:
        """Start it and return when it accepts connections, which a broker does once its controller lets it in.

        Raises:
            BrokerFailed: it ended, or was not ready in time.
        """
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start the process without waiting: a broker of several is ready only when most of them run."""
        settings = str(self._directory / "server.properties")
        command = self._install.command("kafka.Kafka", settings, heap_mb=_HEAP_MB)
        self._process = LeashedProcess(command, log=self._log, cwd=self._directory)

    def wait_until_ready(self) -> None:
        """Return when it accepts connections, or raise `BrokerFailed`."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._accepts():
            if self._process is None or self._process.exit_code is not None:
                raise BrokerFailed(f"the broker {self.bootstrap} ended while it started\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise BrokerFailed(
                    f"the broker {self.bootstrap} was not ready after {_START_SECONDS:.0f} s\n{self.log_tail()}"
                )
            time.sleep(_POLL_SECONDS)  # another process's port: there is nothing to be woken by

    def stop(self) -> None:
        """Stop it in order (SIGTERM); its data stays. Harmless when it is not running."""
        if self._process:
            self._process.stop(_GRACE_SECONDS)
            self._process = None

    def kill(self) -> None:
        """Kill it (SIGKILL): what it had not written to disk is in the system's cache, and survives."""
        if self._process:
            self._process.kill()
            self._process = None

    def restart(self) -> None:
        """Stop it when it runs, then start it with the same ports and data."""
        self.stop()
        self.start()

    def log_tail(self, lines: int = _LOG_LINES) -> str:
        """Return the last lines of its log, all runs of it in one file."""
        try:
            text = self._log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return f"(no log in {self._log})"
        return "\n".join(text.splitlines()[-lines:])

    def forget_data(self) -> None:
        """Remove its data, keeping its log; only when it is stopped."""
        shutil.rmtree(self._data, ignore_errors=True)

    def format(self, cluster_id: str) -> None:
        """Prepare its storage, once before the first start."""
        write_storage(self._install, self._data, node=self._node.number, cluster_id=cluster_id)

    def write_settings(self, nodes: tuple[Node, ...], extra: Mapping[str, str]) -> None:
        """Write its server.properties."""
        self._directory.mkdir(parents=True, exist_ok=True)
        text = properties(self._node, nodes, self._data, self._security, extra)
        (self._directory / "server.properties").write_text(text, encoding="utf-8")

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    @property
    def _log(self) -> Path:
        return self._directory / "broker.log"

    def _accepts(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._node.plain_port), timeout=1):
                return True
        except OSError:
            return False

    def _secured(self) -> KafkaSecurity:
        if self._security is None:
            raise ValueError("this broker has no locked listeners: make it with security=True")
        return self._security


class KafkaCluster:
    """One or more brokers that make a cluster, running from `start()`; replication goes up to their number."""

    def __init__(
        self,
        directory: Path,
        *,
        brokers: int = 1,
        security: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._install = find_kafka()
        self._directory = directory
        self._count = brokers
        self._extra = dict(settings or {})
        self._security = make_security(directory / "certificates") if security else None
        self.brokers: tuple[KafkaBroker, ...] = ()

    @property
    def bootstrap(self) -> str:
        """All brokers' listeners without TLS or passwords, as `host:port,host:port`."""
        return ",".join(broker.bootstrap for broker in self.brokers)

    @property
    def connection(self) -> KafkaConnection:
        """How Wirewatch connects to the cluster without TLS or passwords."""
        return KafkaConnection(tuple(broker.bootstrap for broker in self.brokers))

    def start(self) -> None:
        """Format and start all brokers; with new ports when somebody was quicker to take one.

        Raises:
            BrokerFailed: a broker did not start.
        """
        for attempt in range(1, _START_ATTEMPTS + 1):
            self._prepare(self._directory / f"attempt-{attempt}")
            try:
                for broker in self.brokers:
                    broker.launch()
                for broker in self.brokers:
                    broker.wait_until_ready()
            except BaseException as error:
                self.stop()
                if attempt == _START_ATTEMPTS or _PORTS_TAKEN not in str(error):
                    raise
            else:
                return

    def stop(self) -> None:
        """End all brokers and remove their data; the logs stay for a look."""
        for broker in self.brokers:
            broker.kill()  # in order, the last of a quorum would wait for the others, for the sake of data that goes
            broker.forget_data()

    def _prepare(self, directory: Path) -> None:
        nodes = nodes_on_free_ports(self._count)
        self.brokers = tuple(
            KafkaBroker(self._install, node, directory / f"broker-{node.number}", self._security) for node in nodes
        )
        cluster_id = new_id()
        for broker in self.brokers:
            broker.write_settings(nodes, self._extra)
            broker.format(cluster_id)
