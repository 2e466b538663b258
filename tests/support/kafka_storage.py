"""A broker's storage as it is before the first start.

Kafka's own tool formats it, which takes a Java of its own for seconds. So that is done once in a run of the tests, and
every broker's storage is a copy with an identity of its own; all of them know the user of `kafka_security`.
"""

import base64
import os
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.kafka_install import KafkaInstall
from tests.support.kafka_security import scram_arguments
from tests.support.kafka_settings import nodes_on_free_ports, properties

__all__ = ["StorageFailed", "new_id", "write_storage"]

_IDENTITY = Path("meta.properties")


class StorageFailed(Exception):  # noqa: N818 - says what happened
    """Kafka's tool did not format a storage; the message is what it printed."""


def new_id() -> str:
    """Return a cluster's or a folder's id as Kafka wants them: 16 bytes in Base64."""
    # The first byte is fixed: an id that begins with a dash would be taken for an option.
    return base64.urlsafe_b64encode(b"w" + os.urandom(15)).decode("ascii").rstrip("=")


def write_storage(install: KafkaInstall, folder: Path, *, node: int, cluster_id: str) -> None:
    """Prepare `folder`, which must not exist yet, as the storage of the cluster's node of this number.

    Raises:
        StorageFailed: Kafka's tool did not do its work.
    """
    identity = {"node.id": str(node), "cluster.id": cluster_id, "directory.id": new_id()}
    for name, content in _formatted(install).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(_identified(content, identity) if name == _IDENTITY else content)


def _identified(content: bytes, identity: Mapping[str, str]) -> bytes:
    text = content.decode("ascii")
    for key, value in identity.items():
        text, found = re.subn(rf"(?m)^{re.escape(key)}=.*$", f"{key}={value}", text)
        if not found:
            raise StorageFailed(f"Kafka's {_IDENTITY} has no {key}:\n{text}")
    return text.encode("ascii")


@cache
def _formatted(install: KafkaInstall) -> Mapping[Path, bytes]:
    """Return the files of a storage that Kafka's tool has formatted, by their names in it."""
    with TemporaryDirectory(prefix="wirewatch-kafka-") as folder:
        data, settings = Path(folder, "data"), Path(folder, "server.properties")
        nodes = nodes_on_free_ports(1)
        settings.write_text(properties(nodes[0], nodes, data, None, {}), encoding="utf-8")
        arguments = ["format", "-t", new_id(), "-c", str(settings), *scram_arguments()]
        answer = subprocess.run(  # noqa: S603 - our own command
            install.command("kafka.tools.StorageTool", *arguments),
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        if answer.returncode != 0:
            raise StorageFailed(f"a broker's storage could not be formatted\n{answer.stdout}{answer.stderr}")
        return {file.relative_to(data): file.read_bytes() for file in data.rglob("*") if file.is_file()}
