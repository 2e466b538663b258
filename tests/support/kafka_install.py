"""Where Apache Kafka and a Java to run it are on this machine, or what a person has to do to have them."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["KafkaInstall", "KafkaMissing", "find_kafka"]

_ROOT = Path(__file__).resolve().parents[2]
_KAFKA_FOLDER = _ROOT / "deploy" / "kafka"
_OLDEST_JAVA = 17


class KafkaMissing(Exception):  # noqa: N818 - says what is the case
    """No real Kafka can be run here; the message says why and what to install."""


@dataclass(frozen=True, slots=True)
class KafkaInstall:
    """A Java and Kafka's jars; `log_settings` is the log4j2 configuration that sends a broker's log to stdout."""

    java: str
    jars: Path
    log_settings: Path

    def command(self, main_class: str, *arguments: str, heap_mb: int = 256) -> list[str]:
        """Return the command that runs `main_class`; the first compiler alone starts quickest."""
        return [
            self.java,
            f"-Xmx{heap_mb}m",
            "-Xss512k",
            "-XX:+UseSerialGC",  # no threads beside the broker's own: tests run on few cores
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
            f"-Dlog4j2.configurationFile={self.log_settings}",
            "-cp",
            f"{self.jars}{os.sep}*",
            main_class,
            *arguments,
        ]


@cache
def find_kafka() -> KafkaInstall:
    """Return what is needed to run a broker.

    Raises:
        KafkaMissing: there is no Java, it is too old, or the jars have not been fetched.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if java is None:
        where = f"in JAVA_HOME={home}" if home else "on the PATH"
        raise KafkaMissing(
            f"no java {where}: install Java {_OLDEST_JAVA} or newer and Maven, then run `make kafka-jars`"
        )
    version = _java_version(java)
    if version < _OLDEST_JAVA:
        raise KafkaMissing(f"{java} is Java {version}: Kafka 4 needs Java {_OLDEST_JAVA} or newer")
    jars = _KAFKA_FOLDER / "target" / "libs"
    if not any(jars.glob("kafka_*.jar")):
        raise KafkaMissing(f"no Kafka in {jars}: run `make kafka-jars` (it needs Maven)")
    return KafkaInstall(java, jars, _KAFKA_FOLDER / "log4j2.xml")


def _java_version(java: str) -> int:
    """Return the feature release (17, 21, …), 0 when `java -version` does not say (a stub without Java behind it)."""
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(found[1]) if found and answer.returncode == 0 else 0
