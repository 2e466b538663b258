"""Reading one receiver from YAML: every value checked at its own place, then the whole by what its kind needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import yaml

from wirewatch.config.references import References
from wirewatch.config.yaml_reader import YamlReader
from wirewatch.delivery import (
    DEFAULT_MAX_IN_FLIGHT,
    DEFAULT_TIMEOUT_SECONDS,
    BodyMode,
    Order,
    ReadReference,
    ReceiverError,
    ReceiverKind,
    ReceiverSpec,
    Reference,
    SecretError,
    SecretReference,
    check_header,
    check_receiver_id,
    check_url,
    read_key,
)
from wirewatch.delivery.formats import KIND_OPTIONS, KindOption

__all__ = ["ReceiverReader"]

_T = TypeVar("_T")
_Choice = TypeVar("_Choice", bound=StrEnum)
_Option = Reference | tuple[str, ...] | int | str

_ALL_KEYS = (
    "id",
    "kind",
    "timeout_seconds",
    "max_in_flight",
    "rate_per_second",
    "retry_delays_seconds",
    "order",
    "enabled",
)
_POSTED_KEYS = ("url", "allow_http")
_WEBHOOK_KEYS = ("secret", "headers", "body")
_URL_IS_SECRET = frozenset({ReceiverKind.SLACK, ReceiverKind.DISCORD, ReceiverKind.TEAMS})
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "api-key", "x-auth-token"})
_MIN_TIMEOUT_SECONDS, _MAX_TIMEOUT_SECONDS = 0.1, 300.0
_MIN_RATE, _MAX_RATE = 0.001, 10_000.0
_MOST_IN_FLIGHT = 1_000
_MOST_DELAYS, _MAX_DELAY_SECONDS = 20, 604_800


@dataclass(frozen=True, slots=True)
class ReceiverReader:
    """Reads the receivers of one file; `places` has where each id stands, in all files so far."""

    reader: YamlReader
    references: References
    places: dict[str, str]

    def receiver(self, node: yaml.Node) -> ReceiverSpec | None:
        """Return the receiver at `node`, or None with its problems noted."""
        before = len(self.reader.problems), len(self.references.absent)
        kind = self._kind(node)
        if kind is None:
            return None
        what = "a receiver" if kind is ReceiverKind.WEBHOOK else f"a receiver of the kind {kind}"
        values = self.reader.mapping(node, what, _keys(kind))
        if values is None:
            return None
        for key in _required(kind):
            if key not in values:
                self.reader.problem(node, f"the receiver has no {key}", f"add {key}:")
        spec = self._spec(kind, values)
        if len(self.reader.problems) > before[0] or spec is None:
            return None
        if len(self.references.absent) == before[1]:
            self._holds(node, lambda: _check_whole(spec, self.references.read))
        return spec if len(self.reader.problems) == before[0] else None

    def _spec(self, kind: ReceiverKind, values: Mapping[str, yaml.Node]) -> ReceiverSpec | None:
        read = self.reader
        found = len(read.problems)
        allow_http = _given(values, "allow_http", lambda at: read.boolean(at, "allow_http"), default=False)
        no_url: Reference | str = ""
        url = _given(values, "url", lambda at: self._url(at, kind, allow_http=allow_http), no_url)
        secrets: tuple[SecretReference, ...] = _given(values, "secret", self._secrets, ())
        headers: dict[str, Reference | str] = _given(values, "headers", self._headers, {})
        fields = {
            "id": _given(values, "id", self._id, ""),
            "kind": kind,
            "url": url,
            "allow_http": allow_http,
            "secrets": secrets,
            "headers": headers,
            "timeout_seconds": _given(values, "timeout_seconds", self._timeout, DEFAULT_TIMEOUT_SECONDS),
            "max_in_flight": _given(values, "max_in_flight", self._max_in_flight, DEFAULT_MAX_IN_FLIGHT),
            "rate_per_second": _given(values, "rate_per_second", self._rate, None),
            "retry_delays_seconds": _given(values, "retry_delays_seconds", self._delays, None),
            "order": _given(values, "order", lambda at: self._choice(at, "order", Order), Order.NONE),
            "body": _given(values, "body", lambda at: self._choice(at, "body", BodyMode), BodyMode.STRUCTURED),
            "enabled": _given(values, "enabled", lambda at: read.boolean(at, "enabled"), default=True),
            "options": {
                option.name: value
                for option in KIND_OPTIONS[kind]
                if option.name in values and (value := self._option(values[option.name], option)) is not None
            },
        }
        return ReceiverSpec.model_validate(fields) if len(read.problems) == found else None

    def _kind(self, node: yaml.Node) -> ReceiverKind | None:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        named = next((value for key, value in pairs if key.value == "kind"), None)
        if named is None:
            return ReceiverKind.WEBHOOK
        return self._choice(named, "kind", ReceiverKind)

    def _choice(self, node: yaml.Node, what: str, choices: type[_Choice]) -> _Choice | None:
        text = self.reader.text(node, what)
        if text is None:
            return None
        try:
            return choices(text)
        except ValueError:
            self.reader.problem(node, f"{what} won't do", f"write one of {', '.join(choices)}")
            return None

    def _id(self, node: yaml.Node) -> str | None:
        receiver_id = self.reader.text(node, "id")
        if receiver_id is None or not self._holds(node, lambda: check_receiver_id(receiver_id)):
            return None
        first = self.places.setdefault(receiver_id, self.reader.place(node))
        if first != self.reader.place(node):
            self.reader.problem(node, f"a receiver {receiver_id} is at {first} already", "give each its own id")
        return receiver_id

    def _url(self, node: yaml.Node, kind: ReceiverKind, *, allow_http: bool) -> Reference | str | None:
        is_secret = kind in _URL_IS_SECRET
        url = self.references.secret(node, f"the url of {kind}") if is_secret else self.references.text(node, "url")
        if url is not None:
            self.references.check(node, url, lambda text: check_url(text, allow_http=allow_http))
        return url

    def _secrets(self, node: yaml.Node) -> tuple[SecretReference, ...]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not nodes:
            self.reader.problem(node, "the list of secrets is empty", "write {env: NAME} or {file: PATH}")
        secrets = (self._secret(entry) for entry in nodes)
        return tuple(secret for secret in secrets if secret is not None)

    def _secret(self, node: yaml.Node) -> SecretReference | None:
        secret = self.references.signing_secret(node)
        if secret is not None:
            self.references.check(node, secret, _check_key)
        return secret

    def _headers(self, node: yaml.Node) -> dict[str, Reference | str]:
        headers = (self.reader.mapping(node, "headers") or {}).items()
        read = ((name, self._header(name, value)) for name, value in headers)
        return {name: value for name, value in read if value is not None}

    def _header(self, name: str, node: yaml.Node) -> Reference | str | None:
        is_secret = name.lower() in _SECRET_HEADERS
        what = f"the header {name}"
        value = self.references.secret(node, what) if is_secret else self.references.text(node, what)
        if value is not None:
            self.references.check(node, value, lambda text: check_header(name, text))
        return value

    def _option(self, node: yaml.Node, option: KindOption) -> _Option | None:
        if option.is_integer:
            return self.reader.integer(node, option.name, 1, 65_535)
        if option.is_list:
            nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
            return tuple(text for each in nodes if (text := self.reader.text(each, option.name)) is not None)
        read = self.references.secret if option.secret else self.references.text
        value = read(node, option.name)
        if value is not None:
            self.references.check(node, value, lambda _: None)
        return value

    def _timeout(self, node: yaml.Node) -> float | None:
        return self.reader.number(node, "timeout_seconds", _MIN_TIMEOUT_SECONDS, _MAX_TIMEOUT_SECONDS)

    def _max_in_flight(self, node: yaml.Node) -> int | None:
        return self.reader.integer(node, "max_in_flight", 1, _MOST_IN_FLIGHT)

    def _rate(self, node: yaml.Node) -> float | None:
        return self.reader.number(node, "rate_per_second", _MIN_RATE, _MAX_RATE)

    def _delays(self, node: yaml.Node) -> tuple[int, ...] | None:
        nodes = self.reader.items(node, "retry_delays_seconds")
        if nodes is not None and len(nodes) > _MOST_DELAYS:
            self.reader.problem(node, "retry_delays_seconds has too many", f"give at most {_MOST_DELAYS}")
        delays = [self.reader.integer(each, "a delay", 1, _MAX_DELAY_SECONDS) for each in nodes or ()]
        return tuple(delay for delay in delays if delay is not None)

    def _holds(self, node: yaml.Node, check: Callable[[], None]) -> bool:
        try:
            check()
        except (ReceiverError, SecretError) as error:
            self.reader.problem(node, str(error))
            return False
        return True


def _keys(kind: ReceiverKind) -> tuple[str, ...]:
    posted = () if kind is ReceiverKind.EMAIL else _POSTED_KEYS
    ours = _WEBHOOK_KEYS if kind is ReceiverKind.WEBHOOK else ()
    return (*_ALL_KEYS, *posted, *ours, *(option.name for option in KIND_OPTIONS[kind]))


def _required(kind: ReceiverKind) -> tuple[str, ...]:
    url = ("url",) if kind is ReceiverKind.WEBHOOK or kind in _URL_IS_SECRET else ()
    secret = ("secret",) if kind is ReceiverKind.WEBHOOK else ()
    return ("id", *url, *secret, *(option.name for option in KIND_OPTIONS[kind] if option.required))


def _check_whole(spec: ReceiverSpec, read: ReadReference) -> None:
    spec.resolve(read)


def _check_key(text: str) -> None:
    try:
        read_key(text)
    except SecretError as error:
        raise ReceiverError(str(error)) from None


def _given(values: Mapping[str, yaml.Node], key: str, read: Callable[[yaml.Node], _T | None], default: _T) -> _T:
    """Return what `read` makes of the value of `key`, or the default when it is not there or can't be read."""
    found = read(values[key]) if key in values else None
    return default if found is None else found
