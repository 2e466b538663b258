"""Where settings come from: each source becomes a layer of values, with the place of each of them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wirewatch.config.keys import ENV_PREFIX, Key, KeyPath, nearest
from wirewatch.config.kubernetes import is_service_link
from wirewatch.config.problems import Problem

__all__ = ["CONFIG_VARIABLE", "SECRET_PREFIX", "Layer", "environment_layer", "file_layer"]

CONFIG_VARIABLE = f"{ENV_PREFIX}CONFIG"
"""The variable that names the settings file."""
SECRET_PREFIX = f"{ENV_PREFIX}SECRET_"
"""Variables that start like this hold secrets for the receivers' file to refer to; they are no settings."""
_FILE_SUFFIX = "_FILE"


@dataclass(slots=True)
class Layer:
    """The values of one source, nested as the settings are; `places` says where to find each of them."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def put(self, path: KeyPath, value: object, place: str) -> None:
        """Set the value at `path`."""
        section = self.values
        for name in path[:-1]:
            section = section.setdefault(name, {})
        section[path[-1]] = value
        self.places[path] = place

    def put_secret_of(self, file: Path, path: KeyPath, place: str) -> None:
        """Set the value at `path` to what `file` holds, without the line end that editors add."""
        try:
            text = file.read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            reason = _reason(error)
            self.refuse_secret(
                path, Problem(place, f"{file} can't be read: {reason}", "name a file that holds the secret")
            )
        else:
            if text:
                self.put(path, text, place)
            else:
                self.refuse_secret(path, Problem(place, f"{file} is empty", "write the secret into it"))

    def refuse_secret(self, path: KeyPath, problem: Problem) -> None:
        """Note the problem; a stand-in keeps later checks from saying that there is no secret."""
        self.problems.append(problem)
        self.put(path, "refused", problem.where)


def file_layer(path: Path, keys: Sequence[Key]) -> Layer:
    """Read a TOML file; what is no setting in it, or a secret in plain sight, is a problem of the layer.

    Relative paths in it start at the file's own folder.
    """
    layer = Layer()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        layer.problems.append(
            Problem(
                str(path),
                f"the settings file can't be read: {error.strerror}",
                "correct --config or WIREWATCH_CONFIG",
            )
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        layer.problems.append(Problem(str(path), f"not TOML: {error}", "correct it there"))
    else:
        _FileReader(path, {key.path: key for key in keys}, layer).read(table)
    return layer


@dataclass(frozen=True, slots=True)
class _FileReader:
    """Walks the tables of a settings file into its layer."""

    file: Path
    keys: Mapping[KeyPath, Key]
    layer: Layer

    def read(self, table: Mapping[str, Any], parent: KeyPath = ()) -> None:
        sections = {path[: len(parent) + 1] for path in self.keys if len(path) > len(parent) + 1}
        for name, value in table.items():
            path = (*parent, name)
            if path in self.keys:
                self._set(self.keys[path], value)
            elif path not in sections:
                advice = nearest(".".join(path), (key.dotted for key in self.keys.values()))
                self._problem(path, "there is no such setting", advice)
            elif isinstance(value, dict):
                self.read(value, path)
            else:
                self._problem(path, "this is a section, not a value", f"write [{'.'.join(path)}] and its keys below")

    def _set(self, key: Key, value: object) -> None:
        place = self._place(key.path)
        match value:
            case {"file": str(name), **rest} if key.is_secret and name and not rest:
                self.layer.put_secret_of(self.file.parent / name, key.path, place)
            case _ if key.is_secret:
                advice = f'take it out and set {key.env}, or write {{ file = "…" }} here to read it from a file'
                message = "a secret can't stand in the settings file"
                self.layer.refuse_secret(key.path, Problem(place, message, advice))
            case str() if key.is_path and value:
                self.layer.put(key.path, str(self.file.parent / value), place)
            case _:
                self.layer.put(key.path, value, place)

    def _place(self, path: KeyPath) -> str:
        return f"{self.file}: {'.'.join(path)}"

    def _problem(self, path: KeyPath, message: str, advice: str) -> None:
        self.layer.problems.append(Problem(self._place(path), message, advice))


def environment_layer(env: Mapping[str, str], keys: Sequence[Key]) -> Layer:
    """Read the variables that start with WIREWATCH_; those that are no setting are problems of the layer."""
    layer = Layer()
    variables = {key.env: key for key in keys}
    secret_files = {key.env + _FILE_SUFFIX: key for key in keys if key.is_secret}
    for name in sorted(name for name in env if name.startswith(ENV_PREFIX)):
        if name in variables:
            layer.put(variables[name].path, env[name], name)
        elif name in secret_files:
            _put_secret_file(layer, name, secret_files[name], env)
        elif name != CONFIG_VARIABLE and not name.startswith(SECRET_PREFIX) and not is_service_link(name, env[name]):
            known = (*variables, *secret_files, CONFIG_VARIABLE)
            layer.problems.append(Problem(name, "there is no such setting", nearest(name, known)))
    return layer


def _put_secret_file(layer: Layer, name: str, key: Key, env: Mapping[str, str]) -> None:
    if env.get(key.env):
        layer.problems.append(Problem(name, f"{key.env} is set too", "keep one of the two"))
    elif env[name]:
        layer.put_secret_of(Path(env[name]), key.path, name)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return error.strerror or "it can't be opened"
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
