"""Values that stand elsewhere: `{env: NAME}` or `{file: PATH}` in place of a secret."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from wirewatch.config.yaml_reader import YamlReader

__all__ = ["References"]

_KEYS = ("env", "file")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS_LIKE_A_SECRET = ("whsec_", "whsk_")
_HOW = "write {env: NAME} to read it from the environment, or {file: PATH} to read it from a file"


@dataclass(frozen=True, slots=True)
class References:
    """Follows references; `env` is the environment, and paths start at the folder of the reader's file."""

    reader: YamlReader
    env: Mapping[str, str]

    def secret(self, node: yaml.Node, what: str) -> str | None:
        """Return what a reference leads to; a secret that stands in the file itself is a problem."""
        if isinstance(node, yaml.ScalarNode):
            self.reader.problem(node, f"{what} can't stand in this file", _HOW)
            return None
        return self._follow(node, what)

    def text(self, node: yaml.Node, what: str) -> str | None:
        """Return a text that stands here, or what a reference leads to."""
        return self._follow(node, what) if isinstance(node, yaml.MappingNode) else self.reader.text(node, what)

    def _follow(self, node: yaml.Node, what: str) -> str | None:
        reference = self.reader.mapping(node, f"the reference to {what}", _KEYS)
        if reference is None:
            return None
        if len(reference) != 1:
            self.reader.problem(node, f"the reference to {what} needs one of env and file", _HOW)
            return None
        ((kind, target),) = reference.items()
        name = self.reader.text(target, f"{kind} of {what}")
        if not name:
            return None
        if name.startswith(_LOOKS_LIKE_A_SECRET) or (kind == "env" and not _VARIABLE.fullmatch(name)):
            self.reader.problem(target, f"{kind} of {what} is not a name", _HOW)  # and may be the secret: not quoted
            return None
        return (
            self._from_env(target, name) if kind == "env" else self._from_file(target, self.reader.path.parent / name)
        )

    def _from_env(self, node: yaml.Node, name: str) -> str | None:
        value = self.env.get(name, "").strip()
        if not value:
            self.reader.problem(node, f"the environment variable {name} is not set", "set it, or correct its name")
            return None
        return value

    def _from_file(self, node: yaml.Node, path: Path) -> str | None:
        try:
            value = path.read_text("utf-8").strip()
        except OSError as error:
            self.reader.problem(node, f"{path} can't be read: {error.strerror}", "create it, or correct the path")
        except UnicodeDecodeError:
            self.reader.problem(node, f"{path} is not UTF-8 text", "save it as UTF-8")
        else:
            if value:
                return value
            self.reader.problem(node, f"{path} is empty", "write the value into it")
        return None
