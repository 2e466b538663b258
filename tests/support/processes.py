"""Processes that don't outlive the test run that started them, however it ends.

A watchdog holds the reading end of a pipe whose only writing end is ours. When we end, even by SIGKILL, the pipe
closes and the watchdog kills the process it was given. Told that the process was stopped, it goes away quietly.
This needs no feature of one system only, and doesn't depend on the thread that started the process.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["LeashedProcess", "wait_until_gone"]

_WATCHDOG = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
if not sys.stdin.buffer.read(1):
    os.killpg(int(sys.argv[1]), signal.SIGKILL)
"""
_KILLED_SECONDS = 10.0
_POLL_SECONDS = 0.05


class LeashedProcess:
    """A running process in a group of its own, which a terminal's ^C doesn't reach.

    What it prints is appended to `log`. Its environment is ours, unless `env` is given.
    """

    def __init__(self, command: Sequence[str], *, log: Path, cwd: Path, env: Mapping[str, str] | None = None) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the tests' own command
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._watchdog = subprocess.Popen(  # noqa: S603 - a constant
            [sys.executable, "-I", "-S", "-c", _WATCHDOG, str(self._process.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process's id, also its group's."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What it ended with (negative: the signal's number), None while it runs."""
        return self._process.poll()

    def stop(self, grace_seconds: float) -> int:
        """Ask it to end (SIGTERM), kill it when it has not within `grace_seconds`; return its exit code."""
        if self._process.poll() is None:
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_seconds)
        return self.kill()

    def kill(self) -> int:
        """End it at once (SIGKILL), and all that it started; return its exit code. Harmless when it has ended."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait(_KILLED_SECONDS)
        self._release()
        return code

    def _release(self) -> None:
        if self._watchdog.stdin is not None and not self._watchdog.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.communicate(b".")
        self._watchdog.wait(_KILLED_SECONDS)


def wait_until_gone(pid: int, seconds: float) -> None:
    """Return when no process has this id any more.

    Raises:
        TimeoutError: one still has after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while _is_there(pid):
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {pid} is still there after {seconds:g} s")
        time.sleep(_POLL_SECONDS)  # not our child: nothing tells us


def _is_there(pid: int) -> bool:
    """Return whether the process runs; one that has ended and that nobody has reaped counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path("/proc", str(pid), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:  # no /proc on this system, or gone just now
        return True
    return state != "Z"
