"""Takes secrets out of what is about to be logged: by the key they stand under, and by what they look like."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

__all__ = ["redact_event", "redacted"]

_HIDDEN = "[redacted]"
_SECRET_KEY = re.compile(r"passw|secret|token|authorization|cookie|credential|signature|api_?key", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"\bwhs(?:ec|k)_[A-Za-z0-9+/=_-]+|\b(?:Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{8,}")
_URL = re.compile(
    r"""(?P<scheme>\b[a-z][a-z0-9+.-]*://)
        (?:[^\s/?#"'<>]*@)?             # user and password, up to the last @ of the authority
        (?P<rest>[^\s?#"'<>]*)          # host, port and path
        (?P<query>[?][^\s"'<>]*)?       # may be signed, or hold a token
    """,
    re.IGNORECASE | re.VERBOSE,
)


def redacted(text: str) -> str:
    """Return `text` with URLs cut to scheme, host and path, and without anything shaped like a secret of ours."""
    if "://" in text:
        text = _URL.sub(_without_secrets, text)
    return _SECRET_TEXT.sub(_HIDDEN, text)


def redact_event(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: hide what stands under a secret's name, and redact every text at any depth."""
    for key, value in event.items():
        event[key] = _value(key, value)
    return event


def _without_secrets(found: re.Match[str]) -> str:
    return found["scheme"] + found["rest"] + (f"?{_HIDDEN}" if found["query"] else "")


def _value(key: object, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(key, str) and _SECRET_KEY.search(key):
        return _HIDDEN
    if isinstance(value, Mapping):
        return {name: _value(name, inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(None, inner) for inner in value]
    # Exceptions, paths, times, URLs: what a renderer would make of them, made here, where it can be looked at.
    return redacted(str(value))
