"""How single values of the settings are read and checked; each error says what would do instead."""

import os
import re
import stat
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

__all__ = [
    "Broker",
    "File",
    "Network",
    "OptionalText",
    "TopicText",
    "comma_separated",
    "empty_is_none",
    "without_userinfo",
]

_BROKER = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")
_MAX_PORT = 65_535


def without_userinfo(text: str) -> str:
    """Return `text` without what stands before an `@`: it may be a password in the wrong place."""
    return re.sub(r"\S*@", "…@", text)


def _items(value: object) -> object:
    """Return an environment variable's comma-separated text as a list; TOML gives a list already."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _none_if_empty(value: object) -> object:
    """Neither TOML nor the environment has a null; empty text stands for it."""
    return None if isinstance(value, str) and not value.strip() else value


def _broker(value: str) -> str:
    found = _BROKER.fullmatch(value)
    if not found or not 1 <= int(found["port"]) <= _MAX_PORT:
        raise ValueError(f"{without_userinfo(value)!r} is not a broker; write host:port, such as kafka-1:9092")
    return value


def _network(value: object) -> object:
    try:
        return ip_network(str(value))  # as text: a number would be taken for the address of that value
    except ValueError as error:
        raise ValueError(f"{error}; write a network such as 10.20.0.0/16") from None


def _file(path: Path) -> Path:
    mode = _mode(path)
    if mode is None:
        raise ValueError(f"there is no file {path}; create it or correct the path")
    if stat.S_ISDIR(mode):
        raise ValueError(f"{path} is a folder; name a file")
    if not os.access(path, os.R_OK):
        raise ValueError(f"{path} can't be read; let this process read it")
    return path


def _mode(path: Path) -> int | None:
    """Return the kind of thing at `path`, None when there is nothing."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ValueError(f"{path} can't be looked at: {error.strerror}; correct the path or its permissions") from None


comma_separated = BeforeValidator(_items)
empty_is_none = BeforeValidator(_none_if_empty)

Broker = Annotated[str, AfterValidator(_broker)]
"""`host:port`."""
TopicText = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]*$")]
"""Characters that Kafka allows in the name of a topic."""
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
"""A network in CIDR notation, without host bits."""
OptionalText = Annotated[str | None, empty_is_none]
File = Annotated[Annotated[Path, AfterValidator(_file)] | None, empty_is_none]
"""A file that is there and can be read, or none."""
