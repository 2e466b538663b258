"""`wirewatch listen` as a process of its own: it verifies, prints and answers."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.integration.webhook_parts import DELIVERY, SECRET_TEXT, local_poster, receiver_at

from wirewatch.cli.listen import command
from wirewatch.delivery import AttemptResult, Delivery, FailureKind, read_secret

OTHER_SECRET_TEXT = "whsec_dGhpcnR5LXR3byBieXRlcyBvZiBhIHNlY3JldCBrZXk="
PROGRAM = "from wirewatch.cli.listen import command; command()"
ALERT = {
    "specversion": "1.0",
    "id": "alr_abc",
    "source": "urn:wirewatch",
    "type": "org.wirewatch.alert.v1",
    "subject": "asia-defence",
    "time": "2026-03-01T12:00:00Z",
    "data": {
        "rule": {
            "id": "asia-defence",
            "revision": "0123456789ab",
            "name": "Asia \x1b[31mdefence",
            "query": "japan AND treaty",
            "severity": "high",
        },
        "article": {
            "id": "a1",
            "title": "Treaty in T\u014dky\u014d",
            "url": "https://news.example/1",
            "source": "Desk",
        },
        "snippets": [{"field": "body", "text": "Japan signs a treaty.", "hits": [[0, 5], [14, 20]]}],
        "received_at": "2026-03-01T12:00:00Z",
        "matched_at": "2026-03-01T12:00:00Z",
    },
}


class Listening:
    """The process, and where it listens."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await asyncio.wait_for(self.process.stdout.readline(), 30)).decode().rstrip("\n")

    async def post(self, alert: Mapping[str, object], secret: str = SECRET_TEXT) -> AttemptResult:
        delivery = Delivery.model_validate({**DELIVERY.model_dump(), "alert": alert})
        async with local_poster() as poster:
            receiver = receiver_at(self.url, secrets=(read_secret(secret),))
            return await poster.post(receiver, delivery, (), datetime.now(UTC))


@asynccontextmanager
async def _listening(*options: str) -> AsyncIterator[Listening]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        *("--port", "0", "--secret-env", "DESK", *options),
        env={**os.environ, "DESK": SECRET_TEXT, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        first = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
        found = re.match(r"Listening on (\S+), ", first)
        assert found, first
        yield Listening(process, found[1])
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0


async def test_alert_is_printed_for_a_person_without_what_steers_a_terminal() -> None:
    async with _listening() as listening:
        assert (await listening.post(ALERT)).failure is None
        lines = [await listening.line() for _ in range(4)]
    assert re.fullmatch(r"\d\d:\d\d:\d\d  verified  Asia \[31mdefence \[high\]  alr_abc", lines[0])
    assert lines[1:] == [
        "    Treaty in T\u014dky\u014d (Desk)",
        "    Japan signs a treaty.",
        "    https://news.example/1",
    ]


async def test_json_has_a_line_for_each_webhook() -> None:
    async with _listening("--json") as listening:
        await listening.post(ALERT)
        await listening.post({"x": 1})
        first, second = json.loads(await listening.line()), json.loads(await listening.line())
    assert first["verified"] is True
    assert first["problem"] is None
    assert first["webhook_id"] == DELIVERY.alert_id
    assert first["event"] == ALERT
    assert second["event"] == {"x": 1}


async def test_webhook_signed_by_another_is_refused_and_its_content_not_shown() -> None:
    async with _listening() as listening:
        result = await listening.post(ALERT, OTHER_SECRET_TEXT)
        assert (result.status, result.failure) == (401, FailureKind.STATUS)
        line = await listening.line()
    assert "NOT VERIFIED" in line
    assert "compare the secrets" in line
    assert "Asia" not in line


async def test_verified_body_that_is_no_alert_is_shown_as_it_is() -> None:
    async with _listening() as listening:
        await listening.post({"x": "\x1b[2J"})
        line = await listening.line()
    assert line.endswith(f'verified  {DELIVERY.alert_id}: {{"x":"\\u001b[2J"}}')


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--secret-env or --secret-file"),
        (("--secret-env", "NOT_SET"), "NOT_SET is not set"),
        (("--secret-env", "BAD"), "BAD: a signing secret starts with whsec_"),
        (("--secret-file", "/nowhere"), "does not exist"),
        (("--port", "99999"), "99999"),
    ],
)
def test_misuse_is_told_with_exit_code_2(options: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(command, options, env={"BAD": "hunter2"})
    assert result.exit_code == 2
    assert words in result.stderr
    assert "hunter2" not in result.stderr


def test_port_that_is_taken_is_told_with_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET_TEXT, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(command, ["--port", str(port), "--secret-file", str(tmp_path / "secret")])
    assert result.exit_code == 1
    assert f"can't listen on 127.0.0.1:{port}: address already in use; try another --port" in result.stderr.lower()


def test_help_shows_how_to_try_it() -> None:
    result = CliRunner().invoke(command, ["--help"])
    assert result.exit_code == 0
    assert "wirewatch listen --secret-env WIREWATCH_SECRET_DEMO\n" in result.output
