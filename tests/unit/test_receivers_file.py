"""The receivers' file: what it gives, and what a person reads when it is wrong."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wirewatch.config import SettingsError
from wirewatch.config import receivers as receivers_module
from wirewatch.config.receivers import read_receiver_files
from wirewatch.config.references import reference_reader
from wirewatch.delivery import Receiver, read_secret

FIRST = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECOND = "whsec_dGhpcnR5LXR3byBieXRlcyBvZiBhIHNlY3JldCBrZXk="
BAD_ID = "2:9: an id is 1 to 100 letters, digits, dots, hyphens and underscores, and starts with a letter or digit"
INLINE_HEADER = (
    "14:70: the header Authorization can't stand in this file; write {env: NAME} to read it from the environment, "
    "or {file: PATH} to read it from a file"
)
ENV = {"WIREWATCH_SECRET_DESK": FIRST, "TOKEN": "Bearer not-for-anyones-eyes", "BAD": "hunter2"}


def _load(folder: Path, text: str, env: Mapping[str, str] = ENV) -> tuple[Receiver, ...]:
    file = folder / "receivers.yaml"
    file.write_text(text, "utf-8")
    return _load_file(file, env)


def _load_file(file: Path, env: Mapping[str, str]) -> tuple[Receiver, ...]:
    loaded = read_receiver_files([file], env)
    if loaded.problems or loaded.absent:
        raise SettingsError((*loaded.problems, *loaded.absent))
    return tuple(spec.resolve(reference_reader(env)) for spec in loaded.receivers)


def _problems(folder: Path, text: str) -> list[str]:
    """Return the problems, each without the folder."""
    with pytest.raises(SettingsError) as caught:
        _load(folder, text)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_short_receiver_has_the_defaults(tmp_path: Path) -> None:
    (receiver,) = _load(
        tmp_path,
        """
receivers:
  - id: asia-desk
    url: https://hooks.example.org/in
    secret: {env: WIREWATCH_SECRET_DESK}
""",
    )
    assert receiver == Receiver("asia-desk", "https://hooks.example.org/in", (read_secret(FIRST),))
    assert (receiver.timeout_seconds, receiver.max_in_flight) == (20.0, 16)
    assert receiver.enabled
    assert not receiver.allow_http


def test_full_receiver_keeps_the_order_of_its_secrets_and_headers(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "new").write_text(f"{SECOND}\n", "utf-8")
    (tmp_path / "secrets" / "url").write_text("http://10.0.0.7/in?key=abc\n", "utf-8")
    receivers = _load(
        tmp_path,
        """
receivers:
  - id: archive
    url: {file: secrets/url}
    secret:
      - {file: secrets/new}
      - env: WIREWATCH_SECRET_DESK
    headers:
      authorization: {env: TOKEN}
      x-team: archive
    timeout_seconds: 2.5
    max_in_flight: 4
    allow_http: true
    enabled: false
""",
    )
    assert receivers == (
        Receiver(
            "archive",
            "http://10.0.0.7/in?key=abc",
            (read_secret(SECOND), read_secret(FIRST)),
            (("authorization", "Bearer not-for-anyones-eyes"), ("x-team", "archive")),
            2.5,
            4,
            allow_http=True,
            enabled=False,
        ),
    )


def test_example_in_the_documentation_is_a_file_that_loads(tmp_path: Path) -> None:
    documentation = str(receivers_module.__doc__)
    example = documentation.partition("::\n")[2].partition("\nPaths start")[0]
    (tmp_path / "secrets").mkdir()
    secrets = {"archive-url": "https://a.example/", "archive-new": FIRST, "archive-old": SECOND, "mail": "pw"}
    for name, value in secrets.items():
        (tmp_path / "secrets" / name).write_text(value, "utf-8")
    env = {
        "WIREWATCH_SECRET_ASIA_DESK": FIRST,
        "WIREWATCH_SECRET_ARCHIVE_TOKEN": "t",
        "WIREWATCH_SECRET_DESK_CHAT": "https://chat.example/T/B",
        "WIREWATCH_SECRET_BOT": "1:x",
        "WIREWATCH_SECRET_PAGERDUTY": "0" * 32,
    }
    receivers = _load(tmp_path, example, env)
    assert [receiver.kind for receiver in receivers] == [
        "webhook",
        "webhook",
        "slack",
        "telegram",
        "pagerduty",
        "email",
    ]
    archive, mail = receivers[1], receivers[5]
    assert (archive.body, archive.order, archive.rate_per_second) == ("binary", "rule", 2.5)
    assert archive.retry_delays_seconds == (5, 300)
    assert archive.secrets[1].until == datetime(2026, 5, 1, tzinfo=UTC)
    assert mail.options["to"] == ("desk@example.org",)


def test_all_problems_come_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = """\
receivers:
  - id: asia desk
    url: http://hooks.example.org/in
    secret: {env: NOT_SET}
  - id: archive
    ulr: https://archive.example.org
    secret: {file: nowhere}
    max_in_flight: 0
    timeout_seconds: soon
    enabled: maybe
  - id: archive
    url: https://me:pw@archive.example.org
    secret: {env: BAD}
    headers: {host: a, "webhook-id": b, x-ok: "a\\nb", Authorization: c}
"""
    assert [problem.removeprefix("receivers.yaml:") for problem in _problems(tmp_path, text)] == [
        BAD_ID,
        "3:10: the URL is http, which anybody on the way can read; use https or set allow_http: true",
        "5:5: the receiver has no url; add url:",
        "6:5: a receiver has no key 'ulr'; did you mean url?",
        "8:20: max_in_flight won't do; write a whole number from 1 to 1000",
        "9:22: timeout_seconds won't do; write a number from 0.1 to 300",
        "10:14: enabled is text; write true or false",
        "11:9: a receiver archive is at receivers.yaml:5:9 already; give each its own id",
        "12:10: the URL has a user name or password in it; put credentials into a header from env or file",
        '13:13: a signing secret starts with whsec_; make one with: echo "whsec_$(openssl rand -base64 32)"',
        "14:21: the header host is set by Wirewatch; take it out",
        "14:38: the header webhook-id is set by Wirewatch; take it out",
        "14:47: the value of the header x-ok may hold only printable ASCII, on one line",
        INLINE_HEADER,
        "4:13: the environment variable NOT_SET is not set; set it, or correct its name",
        "7:13: nowhere can't be read: No such file or directory; create it, or correct the path",
    ]


@pytest.mark.parametrize(
    "secret",
    [
        FIRST,
        f"{{env: {FIRST}}}",
        f"{{file: {FIRST}}}",
        f"{{env: 'Bearer {FIRST}'}}",
        f"[{FIRST}]",
        f"{{inline: {FIRST}}}",
        f"{{env: BAD, file: {FIRST}}}",
        f"&x {FIRST}",
        f"'{FIRST}\n",
    ],
)
def test_secret_in_plain_sight_is_refused_and_never_quoted(tmp_path: Path, secret: str) -> None:
    problems = _problems(tmp_path, f"receivers:\n- id: a\n  url: https://a.example\n  secret: {secret}\n")
    assert problems
    assert FIRST[6:] not in "".join(problems)


def test_values_never_show_in_the_repr_of_a_receiver(tmp_path: Path) -> None:
    (receiver,) = _load(
        tmp_path,
        """
receivers:
- id: desk
  url: https://hooks.example:8443/services/T123?key=abc
  secret: {env: WIREWATCH_SECRET_DESK}
  headers: {authorization: {env: TOKEN}}
""",
    )
    for value in ("T123", "abc", FIRST, "hooks.example"):
        assert value not in repr(receiver)
    assert receiver.endpoint == "https://hooks.example:8443"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "receivers.yaml: the file is empty; see the example of a receivers' file"),
        ("- a", "receivers.yaml:1:1: the receivers' file is a list; write a mapping: key: value"),
        ("recievers: []", "receivers.yaml:1:1: the receivers' file has no key 'recievers'; did you mean receivers?"),
        ("receivers: []", "receivers.yaml:1:12: the list of receivers is empty; add one"),
        ("receivers: {}", "receivers.yaml:1:12: receivers is a mapping; write a list: a line with - for each"),
        ("receivers: [a]", "receivers.yaml:1:13: a receiver is text; write a mapping: key: value"),
        ("a: [", "receivers.yaml:1:5: not YAML: expected the node content, but found '<stream end>'; correct it there"),
        ("a: \x07", "receivers.yaml: not YAML: it has a character that YAML does not allow; take it out"),
    ],
)
def test_file_of_another_shape_is_told_where_and_why(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in _problems(tmp_path, text)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("id: 7", "id is a whole number; write text, in quotes where YAML would take it otherwise"),
        ("id: no", "id is true or false; write text, in quotes where YAML would take it otherwise"),
        ("id: ~", "id is nothing; write text, in quotes where YAML would take it otherwise"),
        ("secret: []", "the list of secrets is empty; write {env: NAME} or {file: PATH}"),
        ("headers: [a]", "headers is a list; write a mapping: key: value"),
        ("max_in_flight: 1.5", "max_in_flight won't do; write a whole number from 1 to 1000"),
        ("max_in_flight: true", "max_in_flight won't do; write a whole number from 1 to 1000"),
        ("timeout_seconds: .nan", "timeout_seconds won't do; write a number from 0.1 to 300"),
        ("enabled: 1", "enabled is a whole number; write true or false"),
        ("id: b\n  id: c", "'id' is there twice in a receiver; keep one of the two"),
    ],
)
def test_value_of_another_kind_is_told_what_to_write(tmp_path: Path, line: str, problem: str) -> None:
    others = {
        "id": "id: a",
        "url": "url: https://a.example",
        "secret": "secret: {env: WIREWATCH_SECRET_DESK}",
    }
    others.pop(line.partition(":")[0], None)
    text = "\n  ".join((line, *others.values()))
    (found,) = _problems(tmp_path, f"receivers:\n- {text}\n")
    assert found.endswith(problem)


def test_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no\.yaml: the file can't be read: No such file"):
        _load_file(tmp_path / "no.yaml", {})


def test_empty_secret_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("\n", "utf-8")
    (problem,) = _problems(tmp_path, "receivers:\n- id: a\n  url: https://a.example\n  secret: {file: s}\n")
    assert "s is empty" in problem


def _receiver(lines: str) -> str:
    return "receivers:\n- id: a\n  " + lines.replace("\n", "\n  ")


def test_references_that_lead_nowhere_here_may_do_so_where_the_workers_are(tmp_path: Path) -> None:
    file = tmp_path / "receivers.yaml"
    file.write_text(_receiver("kind: slack\nurl: {env: WIREWATCH_SECRET_CHAT}"), "utf-8")
    loaded = read_receiver_files([file], {})
    assert loaded.problems == ()
    (absent,) = loaded.absent
    assert "WIREWATCH_SECRET_CHAT is not set" in str(absent)
    (spec,) = loaded.receivers
    assert b"WIREWATCH_SECRET_CHAT" in spec.encode()


def test_relative_path_of_a_secret_is_whole_when_it_leaves_its_file(tmp_path: Path) -> None:
    file = tmp_path / "receivers.yaml"
    file.write_text(_receiver("url: https://a.example\nsecret: {file: s}"), "utf-8")
    (spec,) = read_receiver_files([file], {}).receivers
    assert spec.secrets[0].file == str(tmp_path / "s")


def test_settings_of_ours_can_not_be_sent_to_a_receiver(tmp_path: Path) -> None:
    secret = "secret: {env: WIREWATCH_SECRET_DESK}"
    lines = f"url: https://a.example\n{secret}\nheaders: {{x-a: {{env: WIREWATCH_KAFKA__SASL__PASSWORD}}}}"
    (problem,) = _problems(tmp_path, _receiver(lines))
    assert "WIREWATCH_KAFKA__SASL__PASSWORD is a setting of Wirewatch's" in problem


def test_files_of_a_folder_are_read_together_and_ids_are_unique_across_them(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yml"):
        (tmp_path / name).write_text(_receiver("url: https://a.example\nsecret: {env: WIREWATCH_SECRET_DESK}"), "utf-8")
    loaded = read_receiver_files([tmp_path], ENV)
    assert [receiver.id for receiver in loaded.receivers] == ["a"]
    (problem,) = loaded.problems
    assert f"a receiver a is at {tmp_path}/one.yaml:2:7 already" in str(problem)


def test_folder_without_receivers_is_a_problem(tmp_path: Path) -> None:
    (problem,) = read_receiver_files([tmp_path], {}).problems
    assert "there is no YAML file in this folder" in str(problem)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("kind: slak\nurl: {env: TOKEN}", "kind won't do; write one of webhook, slack, discord,"),
        ("kind: slack\nurl: https://chat.example/T", "the url of slack can't stand in this file"),
        ("kind: slack", "the receiver has no url; add url:"),
        ("kind: discord\nurl: {env: URL}\nsecret: {env: TOKEN}", "a receiver of the kind discord has no key 'secret'"),
        ("kind: telegram\ntoken: 1:x\nchat: '1'", "token can't stand in this file"),
        ("kind: telegram\ntoken: {env: BOT}\nchat: -100", "chat is a whole number; write text, in quotes"),
        ("kind: telegram\ntoken: {env: BAD}\nchat: '1'", "token is the bot's, such as"),
        ("kind: email\nhost: m.example\nfrom: a@m.example", "the receiver has no to; add to:"),
        ("kind: email\nhost: m.example\nfrom: a@m.example\nto: b", "from and to are addresses such as"),
        ("kind: email\nhost: m.example\nfrom: a@m.example\nto: b@m.example\nport: 0", "port won't do; write a whole"),
        ("kind: email\nhost: m\nfrom: a@m.example\nto: b@m.example\nurl: https://m", "kind email has no key 'url'"),
        (
            "url: https://a.example\nsecret: [{env: WIREWATCH_SECRET_DESK}, {env: WIREWATCH_SECRET_DESK, until: soon}]",
            "until is not a time with its zone; write it like 2026-05-01T00:00:00Z",
        ),
        (
            "url: https://a.example\nsecret: {env: WIREWATCH_SECRET_DESK, until: 2026-05-01T00:00:00Z}",
            "the newest secret, the first of the list, can't have an end",
        ),
        (
            "url: https://a.example\nsecret: {env: WIREWATCH_SECRET_DESK}\norder: rules",
            "order won't do; write one of none, rule",
        ),
    ],
)
def test_receiver_of_a_kind_is_told_what_it_needs(tmp_path: Path, lines: str, problem: str) -> None:
    env = {**ENV, "BOT": "1:x", "URL": "https://chat.example/T"}
    file = tmp_path / "receivers.yaml"
    file.write_text(_receiver(lines), "utf-8")
    (found,) = read_receiver_files([file], env).problems
    assert problem in str(found)
