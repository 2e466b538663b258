"""Which settings there are, read off the model: the keys that a file or the environment may set."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

__all__ = ["ENV_PREFIX", "Key", "KeyPath", "all_keys", "nearest"]

ENV_PREFIX = "WIREWATCH_"

KeyPath = tuple[str, ...]
"""The way to a setting from the root: `("kafka", "tls", "ca_file")`."""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: where it is, and whether its value is a secret or the path of a file or folder."""

    path: KeyPath
    is_secret: bool
    is_path: bool

    @property
    def dotted(self) -> str:
        """The key as a person writes it: `kafka.tls.ca_file`."""
        return ".".join(self.path)

    @property
    def env(self) -> str:
        """The environment variable that sets it: `WIREWATCH_KAFKA__TLS__CA_FILE`."""
        return ENV_PREFIX + "__".join(self.path).upper()


def all_keys(model: type[BaseModel], parent: KeyPath = ()) -> Iterator[Key]:
    """Yield every setting of `model` and of the sections in it, in the order of their definition."""
    for name, field in model.model_fields.items():
        path = (*parent, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from all_keys(field.annotation, path)
        else:
            types = set(_types_in(field.annotation))
            yield Key(path, is_secret=SecretStr in types, is_path=Path in types)


def _types_in(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _types_in(part)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return advice that names the known name most like `name`, or no advice when none is like it."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else "see the defaults file for all that there is"
