"""Values that stand elsewhere: `{env: NAME}` or `{file: PATH}` in place of a secret.

Two halves. `References` reads them from YAML, checking that nobody wrote the secret itself. `reference_reader` follows
them, on the machine where it is called: a worker, or whoever checks a file.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from wirewatch.config.problems import Problem
from wirewatch.config.yaml_reader import YamlReader
from wirewatch.delivery import ReadReference, ReceiverError, Reference, SecretReference

__all__ = ["References", "reference_reader"]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS_LIKE_A_SECRET = ("whsec_", "whsk_")
_OURS, _OURS_TO_READ = "WIREWATCH_", "WIREWATCH_SECRET_"
_HOW = "write {env: NAME} to read it from the environment, or {file: PATH} to read it from a file"


def reference_reader(env: Mapping[str, str]) -> ReadReference:
    """Return what follows references here; `env` is the environment.

    Variables that are settings of ours can't be referred to: who may write a receiver may not read Kafka's password.
    What it raises names the variable or the file, and never holds a value.
    """

    def read(reference: Reference) -> str:
        return _from_env(env, reference.env) if reference.env is not None else _from_file(Path(reference.file or ""))

    return read


def _from_env(env: Mapping[str, str], name: str) -> str:
    if name.startswith(_OURS) and not name.startswith(_OURS_TO_READ):
        raise ReceiverError(f"{name} is a setting of Wirewatch's; name secrets {_OURS_TO_READ}…")
    value = env.get(name, "").strip()
    if not value:
        raise ReceiverError(f"the environment variable {name} is not set; set it, or correct its name")
    return value


def _from_file(path: Path) -> str:
    try:
        value = path.read_text("utf-8").strip()
    except OSError as error:
        raise ReceiverError(f"{path} can't be read: {error.strerror}; create it, or correct the path") from None
    except UnicodeDecodeError:
        raise ReceiverError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    if not value:
        raise ReceiverError(f"{path} is empty; write the value into it")
    return value


@dataclass(frozen=True, slots=True)
class References:
    """Reads references from one file, whose folder is where relative paths start.

    `absent` collects those that lead nowhere here, which may be well where the workers are.
    """

    reader: YamlReader
    read: ReadReference
    absent: list[Problem] = field(default_factory=list)

    def secret(self, node: yaml.Node, what: str) -> Reference | None:
        """Return a reference; a secret that stands in the file itself is a problem."""
        if isinstance(node, yaml.ScalarNode):
            self.reader.problem(node, f"{what} can't stand in this file", _HOW)
            return None
        return self._reference(node, what)

    def text(self, node: yaml.Node, what: str) -> Reference | str | None:
        """Return a text that stands here, or a reference."""
        return self._reference(node, what) if isinstance(node, yaml.MappingNode) else self.reader.text(node, what)

    def signing_secret(self, node: yaml.Node) -> SecretReference | None:
        """Return a reference that may have an end: `{env: NAME, until: 2026-05-01T00:00:00Z}`."""
        if not isinstance(node, yaml.MappingNode):
            self.secret(node, "a secret")
            return None
        inner = [(key, value) for key, value in node.value if key.value != "until"]
        ends = [value for key, value in node.value if key.value == "until"]
        reference = self._reference(yaml.MappingNode(node.tag, inner, node.start_mark, node.end_mark), "a secret")
        until = self._time(ends[0]) if ends else None
        if reference is None or (ends and until is None):
            return None
        return SecretReference(env=reference.env, file=reference.file, until=until)

    def check(self, node: yaml.Node, value: Reference | str, holds: Callable[[str], object]) -> None:
        """Let `holds` check what `value` is or leads to; what it raises is a problem, a lead to nowhere `absent`."""
        try:
            text = self.read(value) if isinstance(value, Reference) else value
        except ReceiverError as error:
            self.absent.append(Problem(self.reader.place(node), str(error)))
            return
        try:
            holds(text)
        except ReceiverError as error:
            self.reader.problem(node, str(error))

    def _reference(self, node: yaml.Node, what: str) -> Reference | None:
        keys = self.reader.mapping(node, f"the reference to {what}", ("env", "file"))
        if keys is None:
            return None
        if len(keys) != 1:
            self.reader.problem(node, f"the reference to {what} needs one of env and file", _HOW)
            return None
        ((kind, target),) = keys.items()
        name = self.reader.text(target, f"{kind} of {what}")
        if not name:
            return None
        if name.startswith(_LOOKS_LIKE_A_SECRET) or (kind == "env" and not _VARIABLE.fullmatch(name)):
            self.reader.problem(target, f"{kind} of {what} is not a name", _HOW)  # and may be the secret: not quoted
            return None
        return Reference(env=name) if kind == "env" else Reference(file=str(self._absolute(name)))

    def _absolute(self, name: str) -> Path:
        return (self.reader.path.parent / name).absolute()

    def _time(self, node: yaml.Node) -> datetime | None:
        try:
            time = datetime.fromisoformat(node.value)
        except (TypeError, ValueError):
            time = None
        if time is None or time.tzinfo is None:
            self.reader.problem(node, "until is not a time with its zone", "write it like 2026-05-01T00:00:00Z")
            return None
        return time
