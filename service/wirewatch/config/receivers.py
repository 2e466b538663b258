"""Receivers' files: who gets alerts, in YAML, with secrets by reference only.

::

    receivers:
      - id: asia-desk
        url: https://hooks.example.org/wirewatch
        secret: {env: WIREWATCH_SECRET_ASIA_DESK}   # or {file: secrets/asia-desk}
      - id: archive
        url: {file: secrets/archive-url}            # when the URL itself is a secret
        secret:                                     # while rotating, newest first: each signs until its end
          - {file: secrets/archive-new}
          - {file: secrets/archive-old, until: 2026-05-01T00:00:00Z}
        headers:
          authorization: {env: WIREWATCH_SECRET_ARCHIVE_TOKEN}
          x-team: archive
        body: binary              # or standard; structured when not given
        order: rule               # each rule's alerts in order; none when not given
        timeout_seconds: 10       # for a whole attempt; 20 when not given
        max_in_flight: 4          # attempts at once; 16 when not given
        rate_per_second: 2.5      # attempts begun; no bound when not given
        retry_delays_seconds: [5, 300]   # the service's when not given
        allow_http: false
        enabled: true
      - id: desk-chat
        kind: slack               # or discord, or teams
        url: {env: WIREWATCH_SECRET_DESK_CHAT}
      - id: desk-phone
        kind: telegram
        token: {env: WIREWATCH_SECRET_BOT}
        chat: "-1001234567890"
      - id: duty
        kind: pagerduty
        routing_key: {env: WIREWATCH_SECRET_PAGERDUTY}
      - id: desk-mail
        kind: email
        host: mail.example.org
        port: 587                 # 587 for starttls, 465 for tls, 25 for none
        security: starttls        # or tls, or none
        username: wirewatch
        password: {file: secrets/mail}
        from: Wirewatch <wirewatch@example.org>
        to: [desk@example.org]

Paths start at the file's own folder. References are followed where the workers run, and here only to check them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from wirewatch.config.problems import Problem
from wirewatch.config.receiver_reader import ReceiverReader
from wirewatch.config.references import References, reference_reader
from wirewatch.config.yaml_reader import YamlReader
from wirewatch.delivery import ReceiverSpec

__all__ = ["LoadedReceivers", "read_receiver_files"]

_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class LoadedReceivers:
    """What files hold: the receivers that are right, what is wrong, and the references that lead nowhere here."""

    receivers: tuple[ReceiverSpec, ...]
    problems: tuple[Problem, ...]
    absent: tuple[Problem, ...]


def read_receiver_files(paths: Iterable[Path], env: Mapping[str, str]) -> LoadedReceivers:
    """Return all receivers of `paths`, each a file or a folder of YAML files; ids are unique across them all.

    `env` is the environment in which references are checked. No value of the environment, or of a file that is
    referred to, is in any problem.
    """
    receivers: list[ReceiverSpec] = []
    problems: list[Problem] = []
    absent: list[Problem] = []
    places: dict[str, str] = {}
    for path in paths:
        files = _files(path)
        if not files:
            problems.append(Problem(str(path), "there is no YAML file in this folder", "name a file, or add one"))
        for file in files:
            reader = YamlReader(file)
            references = References(reader, reference_reader(env))
            receivers += _receivers(reader, ReceiverReader(reader, references, places))
            problems += reader.problems
            absent += references.absent
    return LoadedReceivers(tuple(receivers), tuple(problems), tuple(absent))


def _files(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,)
    return tuple(sorted(each for each in path.iterdir() if each.suffix in _ENDINGS))


def _receivers(reader: YamlReader, receiver_reader: ReceiverReader) -> tuple[ReceiverSpec, ...]:
    root = reader.root()
    document = reader.mapping(root, "the receivers' file", ("receivers",)) if root is not None else None
    if root is None or document is None:
        return ()
    if "receivers" not in document:
        reader.problem(root, "there is no list of receivers", "write receivers: and a line with - id: for each")
        return ()
    nodes: list[yaml.Node] | None = reader.items(document["receivers"], "receivers")
    if nodes == []:
        reader.problem(document["receivers"], "the list of receivers is empty", "add one")
    found = (receiver_reader.receiver(node) for node in nodes or ())
    return tuple(receiver for receiver in found if receiver is not None)
