"""Lucene Monitor in a Java process of its own, on the same rules and articles."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PRESEARCHERS", "Lucene", "LuceneMissing", "describe_java", "find_java", "run_lucene"]

_ROOT = Path(__file__).resolve().parents[1] / "lucene"
_OLDEST_JAVA = 21
_HEAP_GB = 10
_WARM_UP_SECONDS = 40
_MEASURED_SECONDS = 4

PRESEARCHERS = {"term-filtered": 0, "multipass": 3}
"""The two of Lucene's that look for terms, with the passes of the second."""


class LuceneMissing(Exception):  # noqa: N818 - says what is the case
    """Lucene can't be run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Lucene:
    """What a run said. `matches` are the ids of the rules that each article matched."""

    build_seconds: float
    heap_bytes: int
    candidates_per_article: float
    articles_per_second: float
    matches: tuple[frozenset[str], ...]


def find_java() -> Path:
    """Return the first Java that Lucene runs on: of JAVA_HOME, of the PATH, of the usual folder.

    Raises:
        LuceneMissing: there is none, or `make lucene` has not been run.
    """
    if not (_ROOT / "target" / "classes").is_dir():
        raise LuceneMissing("Lucene is not there: run `make lucene`")
    for java in _javas():
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
        found = re.search(r'version "(\d+)', said)
        if found and int(found[1]) >= _OLDEST_JAVA:
            return java
    raise LuceneMissing(f"Lucene needs Java {_OLDEST_JAVA} or newer: install one, or name it with JAVA_HOME")


def describe_java(java: Path) -> str:
    """Return which Lucene and which Java are measured."""
    jar = next((_ROOT / "target" / "libs").glob("lucene-monitor-*.jar"))
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr  # noqa: S603
    return f"Lucene Monitor {jar.stem.rpartition('-')[2]} on {said.splitlines()[0]}, one thread, serial collector."


def _javas() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home, "bin", "java")
    if found := shutil.which("java"):
        yield Path(found)
    yield from sorted(Path("/usr/lib/jvm").glob("*/bin/java"))


def run_lucene(
    java: Path,
    folder: Path,
    presearcher: str,
    *,
    warm_up_seconds: float = _WARM_UP_SECONDS,
    measured_seconds: float = _MEASURED_SECONDS,
) -> Lucene:
    """Match the `articles.jsonl` of `folder` against its `rules.jsonl`.

    Raises:
        subprocess.CalledProcessError: it failed; its stderr says why.
    """
    matches = folder / "matches.txt"
    run = subprocess.run(  # noqa: S603 - our own program
        [
            java,
            f"-Xmx{_HEAP_GB}g",
            "-XX:+UseSerialGC",  # one core: no threads of the collector's own beside the one that matches
            *("--add-modules", "jdk.incubator.vector"),
            *("-cp", f"{_ROOT / 'target' / 'classes'}{os.pathsep}{_ROOT / 'target' / 'libs'}{os.sep}*"),
            "org.wirewatch.bench.Bench",
            *(folder / "rules.jsonl", folder / "articles.jsonl", matches),
            *(str(PRESEARCHERS[presearcher]), str(warm_up_seconds), str(measured_seconds)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(run.stdout.splitlines()[-1])
    return Lucene(
        build_seconds=said["build_seconds"],
        heap_bytes=said["heap_bytes"],
        candidates_per_article=said["candidates_per_article"],
        articles_per_second=said["articles_per_second"],
        matches=tuple(frozenset(line.split()) for line in matches.read_text(encoding="utf-8").splitlines()),
    )
