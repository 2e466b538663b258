"""The receivers' file: who gets webhooks, in YAML, with secrets by reference only.

::

    receivers:
      - id: asia-desk
        url: https://hooks.example.org/wirewatch
        secret: {env: WIREWATCH_SECRET_ASIA_DESK}   # or {file: secrets/asia-desk}
      - id: archive
        url: {file: secrets/archive-url}            # when the URL itself is a secret
        secret:                                     # while rotating, newest first: each signs
          - {file: secrets/archive-new}
          - {file: secrets/archive-old}
        headers:
          authorization: {env: WIREWATCH_SECRET_ARCHIVE_TOKEN}
          x-team: archive
        timeout_seconds: 10       # for a whole attempt; 20 when not given
        max_in_flight: 4          # attempts at once; 16 when not given
        allow_http: false
        enabled: true

Paths start at the file's own folder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml

from wirewatch.config.problems import SettingsError
from wirewatch.config.references import References
from wirewatch.config.yaml_reader import YamlReader
from wirewatch.delivery import (
    DEFAULT_MAX_IN_FLIGHT,
    DEFAULT_TIMEOUT_SECONDS,
    Receiver,
    ReceiverError,
    SecretError,
    SigningSecret,
    check_header,
    check_receiver_id,
    check_url,
    read_secret,
)

__all__ = ["load_receivers"]

_T = TypeVar("_T")
_KEYS = ("id", "url", "secret", "headers", "timeout_seconds", "max_in_flight", "allow_http", "enabled")
_REQUIRED = ("id", "url", "secret")
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "api-key", "x-auth-token"})
_MIN_TIMEOUT_SECONDS, _MAX_TIMEOUT_SECONDS = 0.1, 300.0
_MOST_IN_FLIGHT = 1_000


def load_receivers(path: Path, env: Mapping[str, str]) -> tuple[Receiver, ...]:
    """Return the receivers of a file, in its order; `env` is the environment that secrets are read from.

    Raises:
        SettingsError: with all that is wrong in the file, each with its line and column. No value of the file, of
            the environment or of a secret's file is in it.
    """
    reader = YamlReader(path)
    found = _receivers(reader, env)
    if reader.problems:
        raise SettingsError(reader.problems)
    return found


def _receivers(reader: YamlReader, env: Mapping[str, str]) -> tuple[Receiver, ...]:
    root = reader.root()
    document = reader.mapping(root, "the receivers' file", ("receivers",)) if root is not None else None
    if root is None or document is None:
        return ()
    if "receivers" not in document:
        reader.problem(root, "there is no list of receivers", "write receivers: and a line with - id: for each")
        return ()
    nodes = reader.items(document["receivers"], "receivers")
    if nodes == []:
        reader.problem(document["receivers"], "the list of receivers is empty", "add one")
    receivers: dict[str, Receiver] = {}
    places: dict[str, str] = {}
    for node in nodes or ():
        receiver = _ReceiverReader(reader, References(reader, env), places).read(node)
        if receiver is not None:
            receivers[receiver.id] = receiver
    return tuple(receivers.values())


@dataclass(frozen=True, slots=True)
class _ReceiverReader:
    """Reads one receiver; `places` has where each id was seen so far."""

    reader: YamlReader
    references: References
    places: dict[str, str]

    def read(self, node: yaml.Node) -> Receiver | None:
        """Return the receiver at `node`, or None with its problems noted."""
        problems_before = len(self.reader.problems)
        values = self.reader.mapping(node, "a receiver", _KEYS)
        if values is None:
            return None
        for key in _REQUIRED:
            if key not in values:
                self.reader.problem(node, f"the receiver has no {key}", f"add {key}:")
        receiver_id = _given(values, "id", self._id, "")
        allow_http = _given(values, "allow_http", lambda at: self.reader.boolean(at, "allow_http"), default=False)
        url = _given(values, "url", lambda at: self._url(at, allow_http=allow_http), "")
        secrets: tuple[SigningSecret, ...] = _given(values, "secret", self._secrets, ())
        headers: tuple[tuple[str, str], ...] = _given(values, "headers", self._headers, ())
        timeout_seconds = _given(values, "timeout_seconds", self._timeout, DEFAULT_TIMEOUT_SECONDS)
        max_in_flight = _given(values, "max_in_flight", self._max_in_flight, DEFAULT_MAX_IN_FLIGHT)
        enabled = _given(values, "enabled", lambda at: self.reader.boolean(at, "enabled"), default=True)
        if len(self.reader.problems) > problems_before:
            return None
        return Receiver(receiver_id, url, secrets, headers, timeout_seconds, max_in_flight, allow_http, enabled)

    def _id(self, node: yaml.Node) -> str | None:
        receiver_id = self.reader.text(node, "id")
        if receiver_id is None or not self._holds(node, lambda: check_receiver_id(receiver_id)):
            return None
        first = self.places.setdefault(receiver_id, self.reader.place(node))
        if first != self.reader.place(node):
            self.reader.problem(node, f"a receiver {receiver_id} is at {first} already", "give each its own id")
        return receiver_id

    def _url(self, node: yaml.Node, *, allow_http: bool) -> str | None:
        url = self.references.text(node, "url")
        if url is not None:
            self._holds(node, lambda: check_url(url, allow_http=allow_http))
        return url

    def _secrets(self, node: yaml.Node) -> tuple[SigningSecret, ...]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not nodes:
            self.reader.problem(node, "the list of secrets is empty", "write {env: NAME} or {file: PATH}")
        secrets = (self._secret(entry) for entry in nodes)
        return tuple(secret for secret in secrets if secret is not None)

    def _secret(self, node: yaml.Node) -> SigningSecret | None:
        text = self.references.secret(node, "a secret")
        try:
            return read_secret(text) if text is not None else None
        except SecretError as error:
            self.reader.problem(node, str(error))
            return None

    def _headers(self, node: yaml.Node) -> tuple[tuple[str, str], ...]:
        headers = (self.reader.mapping(node, "headers") or {}).items()
        read = ((name, self._header(name, value)) for name, value in headers)
        return tuple((name, value) for name, value in read if value is not None)

    def _header(self, name: str, node: yaml.Node) -> str | None:
        is_secret = name.lower() in _SECRET_HEADERS
        what = f"the header {name}"
        value = self.references.secret(node, what) if is_secret else self.references.text(node, what)
        if value is not None:
            self._holds(node, lambda: check_header(name, value))
        return value

    def _timeout(self, node: yaml.Node) -> float | None:
        return self.reader.number(node, "timeout_seconds", _MIN_TIMEOUT_SECONDS, _MAX_TIMEOUT_SECONDS)

    def _max_in_flight(self, node: yaml.Node) -> int | None:
        return self.reader.integer(node, "max_in_flight", 1, _MOST_IN_FLIGHT)

    def _holds(self, node: yaml.Node, check: Callable[[], None]) -> bool:
        try:
            check()
        except ReceiverError as error:
            self.reader.problem(node, str(error))
            return False
        return True


def _given(values: Mapping[str, yaml.Node], key: str, read: Callable[[yaml.Node], _T | None], default: _T) -> _T:
    """Return what `read` makes of the value of `key`, or the default when it is not there or can't be read."""
    found = read(values[key]) if key in values else None
    return default if found is None else found
