"""The service as its users run it: `wirewatch` processes, with settings from the environment."""

import contextlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from tests.support.ports import free_ports
from tests.support.processes import LeashedProcess

from wirewatch.cli import main

__all__ = ["SECRET", "Installation", "ServiceProcess", "json_lines"]

SECRET = "whsec_" + b64encode(b"a secret that is only for tests!").decode()

_ROOT = Path(__file__).parents[2]
_LOG_LINES = 40


class ServiceProcess:
    """One `wirewatch run`; its log is a file, its port for health a free one."""

    def __init__(self, arguments: Sequence[str], *, env: Mapping[str, str], log: Path) -> None:
        (self._port,) = free_ports(1)
        self._log = log
        self._process = LeashedProcess(
            [sys.executable, "-m", "wirewatch", "run", *arguments],
            log=log,
            cwd=_ROOT,
            env={**env, "WIREWATCH_HTTP__HOST": "127.0.0.1", "WIREWATCH_HTTP__PORT": str(self._port)},
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What it ended with, None while it runs."""
        return self._process.exit_code

    def get(self, path: str) -> tuple[int, str]:
        """Return the status and the body of its port for operators; (0, "") while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self) -> bool:
        """Tell whether it can take work; fails with its log when it has ended instead."""
        if self.exit_code is not None:
            raise AssertionError(f"the service ended with {self.exit_code}:\n{self.log_tail()}")
        return self.get("/readyz")[0] == 200

    def metric(self, series: str) -> float | None:
        """Return the value of one series as it is written, labels and all; None when it is absent."""
        for line in self.get("/metrics")[1].splitlines():
            name, _, value = line.rpartition(" ")
            if name == series:
                return float(value)
        return None

    def stop(self) -> int:
        """Send SIGTERM and return the exit code; killed after 15 s."""
        return self._process.stop(15)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._process.kill()

    def log_tail(self) -> str:
        """Return the end of its log."""
        return "\n".join(self._log.read_text("utf-8", errors="replace").splitlines()[-_LOG_LINES:])


class Installation:
    """The settings that all processes of one installation share, and its commands; files live in `folder`."""

    def __init__(self, folder: Path, *, bootstrap: str, prefix: str, receiver_url: str | None) -> None:
        """`receiver_url` is the default receiver's, which must verify with `SECRET`; None makes no receiver."""
        self.folder = folder
        self._receivers: Path | None = None
        if receiver_url is not None:
            self._receivers = folder / "receivers.yaml"
            self._receivers.write_text(
                "receivers:\n"
                f"  - id: default\n    url: {receiver_url}\n    allow_http: true\n    secret: {{env: TEST_SECRET}}\n"
                "    max_in_flight: 32\n",
                "utf-8",
            )
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH_")},
            "TEST_SECRET": SECRET,
            "WIREWATCH_KAFKA__BOOTSTRAP": bootstrap,
            "WIREWATCH_TOPICS__PREFIX": prefix,
            "WIREWATCH_DELIVER__ALLOW_NETWORKS": "127.0.0.0/8",
            "WIREWATCH_LOG__FORMAT": "json",
        }
        self._started = 0

    def run(self, *arguments: str, **settings: str) -> ServiceProcess:
        """Start `wirewatch run` with `arguments`; `settings` are more of the environment.

        The first time, the default receiver is applied before.
        """
        if self._receivers is not None and not self._started:
            applied = self.command_here("receivers", "apply", str(self._receivers))
            assert applied.returncode == 0, applied.stderr
        self._started += 1
        log = self.folder / f"{self._started}-{'-'.join(arguments).replace('--role-', '') or 'all'}.log"
        return ServiceProcess(arguments, env={**self.env, **settings}, log=log)

    def command(self, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run one of `wirewatch`'s commands to its end, as a process of its own."""
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "wirewatch", *arguments],
            cwd=_ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def command_here(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one of `wirewatch`'s commands in this process: what it does is the same, without Python's start.

        The environment, the folder and the standard streams are the command's until it ends, so one runs at a time.
        """
        with ThreadPoolExecutor(1) as own_thread:  # an event loop may run in the caller's
            return own_thread.submit(self._run_here, arguments).result()

    def _run_here(self, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        others = dict.fromkeys(name for name in os.environ if name.startswith("WIREWATCH_"))
        streams = CliRunner().isolation(env={**others, **self.env})
        with contextlib.chdir(_ROOT), streams as (output, problems, _):
            try:
                main(arguments)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
            else:
                code = 0
            return subprocess.CompletedProcess(
                arguments, code, output.getvalue().decode(), problems.getvalue().decode()
            )


def json_lines(text: str) -> list[dict[str, Any]]:
    """Return the objects of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]
