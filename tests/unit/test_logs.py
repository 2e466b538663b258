"""Logs: one stream for us and the libraries, readable by machines or people, and no secret in it."""

import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from wirewatch.adapters.logs import configure_logs, redacted


class Terminal(io.StringIO):
    """A stream that says a person is looking."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("wirewatch", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_event_is_one_json_line_with_what_every_line_has_first(stream: io.StringIO) -> None:
    configure_logs("json", stream=stream).bind(role="match").info("rules_loaded", rules=3, name="Zoë")
    (line,) = lines(stream)
    assert list(line) == ["timestamp", "level", "event", "role", "rules", "name"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert line == {"level": "info", "event": "rules_loaded", "role": "match", "rules": 3, "name": "Zoë"}


def test_auto_is_json_unless_a_person_looks_at_a_terminal(stream: io.StringIO) -> None:
    configure_logs("auto", stream=stream).info("started")
    assert lines(stream)[0]["event"] == "started"
    terminal = Terminal()
    configure_logs("auto", stream=terminal).info("started", port=8420)
    assert "\x1b[" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")


def test_console_that_is_not_a_terminal_has_no_colours(stream: io.StringIO) -> None:
    configure_logs("console", stream=stream).info("started", port=8420)
    assert "\x1b" not in stream.getvalue()
    assert "started" in stream.getvalue()
    assert "port=8420" in stream.getvalue()


def test_libraries_are_heard_from_warning_up_and_named(stream: io.StringIO) -> None:
    log = configure_logs("json", "info", stream)
    for name in ("faust.app", "mode.worker", "aiokafka.consumer", "aiohttp.server"):
        logging.getLogger(name).info("routine")
        logging.getLogger(name).warning("node %s is away", 3)
    log.info("ours")
    found = [(line.get("logger"), line["level"], line["event"]) for line in lines(stream)]
    assert found == [
        ("faust.app", "warning", "node 3 is away"),
        ("mode.worker", "warning", "node 3 is away"),
        ("aiokafka.consumer", "warning", "node 3 is away"),
        ("aiohttp.server", "warning", "node 3 is away"),
        (None, "info", "ours"),
    ]


def test_libraries_are_heard_in_full_when_we_debug(stream: io.StringIO) -> None:
    configure_logs("json", "debug", stream).debug("ours")
    logging.getLogger("aiokafka").debug("theirs")
    assert [line["event"] for line in lines(stream)] == ["ours", "theirs"]


def test_requests_for_probes_are_not_logged(stream: io.StringIO) -> None:
    configure_logs("json", "debug", stream)
    logging.getLogger("aiohttp.access").info("GET /livez")
    assert lines(stream) == []


def test_what_is_below_the_level_is_not_written(stream: io.StringIO) -> None:
    log = configure_logs("json", "error", stream)
    log.warning("quiet")
    logging.getLogger("faust").warning("quiet")
    log.error("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_configuring_again_replaces_and_does_not_double(stream: io.StringIO) -> None:
    configure_logs("json", stream=io.StringIO())
    configure_logs("json", stream=stream).info("once")
    assert len(lines(stream)) == 1


def test_python_warnings_become_log_lines(stream: io.StringIO) -> None:
    configure_logs("json", stream=stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old way", DeprecationWarning, stacklevel=1)
    (line,) = lines(stream)
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


LOCAL_SECRET = "hun" + "ter2"


def fail(error: Exception, password: str) -> None:
    """Raise `error` from a frame that knows a password."""
    if password:
        raise error


def raised(message: str) -> Exception:
    """Return an exception with a cause and frames, one of which has a password among its locals."""
    outer = RuntimeError(f"outer {message}")
    with suppress(RuntimeError):
        try:
            fail(ValueError(f"inner {message}"), LOCAL_SECRET)
        except ValueError as inner:
            raise outer from inner
    return outer


def test_exception_is_structured_with_its_cause_and_without_local_variables(stream: io.StringIO) -> None:
    configure_logs("json", stream=stream).error("role_crashed", exc_info=raised("broke"))
    (line,) = lines(stream)
    outer, inner = line["exception"]
    assert (outer["exc_type"], outer["exc_value"]) == ("RuntimeError", "outer broke")
    assert (inner["exc_type"], inner["is_cause"]) == ("ValueError", True)
    assert outer["frames"][-1]["name"] == "raised"
    assert LOCAL_SECRET not in stream.getvalue()


def test_library_exception_is_structured_alike(stream: io.StringIO) -> None:
    configure_logs("json", stream=stream)
    logging.getLogger("asyncio").error("task failed", exc_info=raised("broke"))
    (line,) = lines(stream)
    assert line["exception"][0]["exc_type"] == "RuntimeError"


def test_exception_on_the_console_is_a_traceback(stream: io.StringIO) -> None:
    log = configure_logs("console", stream=stream)
    try:
        raise raised("at https://desk:hunter2@receiver.example/hook?token=t0k3n")
    except RuntimeError:
        log.exception("role_crashed")
    text = stream.getvalue()
    assert "Traceback (most recent call last)" in text
    assert "https://receiver.example/hook?[redacted]" in text
    assert "hunter2" not in text
    assert "t0k3n" not in text


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize(
    "secret",
    [
        {"url": "https://desk:hunter2@receiver.example/hook"},
        {"url": "https://receiver.example/hook?key=hunter2#part"},
        {"error": "POST to <https://u@x:hunter2@receiver.example:8443/a> failed"},
        {"errors": ["https://receiver.example/?hunter2", {"deep": ("kafka://desk:hunter2@broker:9092",)}]},
        {"password": "hunter2"},
        {"settings": {"sasl_password": "hunter2"}},
        {"headers": {"Authorization": "Bearer hunter2hunter2"}},
        {"header": "Authorization: Bearer hunter2hunter2"},
        {"receiver": "keys whsec_hunter2AAAA and whsk_hunter2/+="},
        {"secret": SecretStr("hunter2")},
        {"signing_secrets": ["hunter2"]},
        {"error": ValueError("https://receiver.example/?token=hunter2")},
        {"body": b"https://receiver.example/?hunter2"},
    ],
    ids=str,
)
def test_secret_never_reaches_the_log(stream: io.StringIO, log_format: Any, secret: dict[str, object]) -> None:
    configure_logs(log_format, stream=stream).info("posted", **secret)
    assert "posted" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_secret_in_a_library_message_is_redacted(stream: io.StringIO) -> None:
    configure_logs("json", stream=stream)
    logging.getLogger("aiohttp.client").warning("to %s", "https://desk:hunter2@receiver.example/?x=hunter2")
    assert lines(stream)[0]["event"] == "to https://receiver.example/?[redacted]"


@pytest.mark.parametrize(
    "text",
    [
        "Who asked? Nobody.",
        "https://wire.example/2022/story.html",
        "write to desk@wire.example",
        "tokens are counted, secrets are not",
        "basic training",
    ],
)
def test_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text


def test_numbers_under_a_secrets_name_stay(stream: io.StringIO) -> None:
    configure_logs("json", stream=stream).info("parsed", tokens=12, has_secret=True)
    (line,) = lines(stream)
    assert (line["tokens"], line["has_secret"]) == (12, True)


@given(
    user=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1),
    password=st.from_regex(r"hunter2[A-Za-z0-9:@!$&*+,;=~._-]{0,20}", fullmatch=True),
    host=st.from_regex(r"[a-z]{1,10}(\.[a-z]{2,5})?(:[0-9]{2,4})?", fullmatch=True),
)
def test_password_of_any_url_is_redacted_and_its_host_stays(user: str, password: str, host: str) -> None:
    assert redacted(f"to https://{user}:{password}@{host}/x: refused") == f"to https://{host}/x: refused"


def test_title_of_an_article_can_not_fake_a_line_on_the_console(stream: io.StringIO) -> None:
    configure_logs("console", stream=stream).info("alert", title="a\n2022-01-01 [error] fake\x1b[2J")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()
    assert "a␊2022-01-01 [error] fake␛[2J" in stream.getvalue()


def test_values_that_are_not_json_are_written_as_text(stream: io.StringIO) -> None:
    configure_logs("json", stream=stream).info("loaded", path=Path("rules") / "asia.yaml", topics=("a", "b"))
    (line,) = lines(stream)
    assert (line["path"], line["topics"]) == ("rules/asia.yaml", ["a", "b"])
