"""What name servers do to a delivery: a real one on port 53, asked by the system's own resolver."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.name_server import ATTEMPT_SECONDS

from wirewatch.delivery import FailureKind

ROOT = Path(__file__).parents[2]
ROOM = ("unshare", "--map-root-user", "--net", "--mount")


def _can_make_a_room() -> bool:
    """Tell whether this user may make namespaces on this system."""
    try:
        done = subprocess.run([*ROOM, "mount", "--bind", "/tmp", "/tmp"], capture_output=True, check=False)  # noqa: S603, S108
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The attempts at receivers of all names, by the name's first label, and how often each was asked for."""
    if not _can_make_a_room():
        pytest.skip("a name server on port 53 needs Linux namespaces, which this user can't make here")
    done = subprocess.run(  # noqa: S603 - our own program
        [*ROOM, sys.executable, "-m", "tests.support.name_server", str(tmp_path_factory.mktemp("room"))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["service", *sys.path])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_name_that_the_server_knows_is_delivered_to(attempts: dict[str, Any]) -> None:
    assert attempts["results"]["answers"]["failure"] is None
    assert attempts["results"]["answers"]["status"] == 200


@pytest.mark.parametrize("name", ["servfail", "nxdomain", "empty"])
def test_name_that_leads_nowhere_is_a_failure_that_says_so(attempts: dict[str, Any], name: str) -> None:
    assert attempts["asked"][name] >= 1
    result = attempts["results"][name]
    assert result["failure"] == FailureKind.DNS
    assert result["detail"] == "the host's name could not be resolved"


def test_name_server_that_does_not_answer_is_left_at_the_deadline_and_holds_up_nobody(attempts: dict[str, Any]) -> None:
    silent = attempts["results"]["silent"]
    assert silent["failure"] == FailureKind.TIMEOUT
    assert ATTEMPT_SECONDS <= silent["duration_seconds"] < ATTEMPT_SECONDS + 1
    others = [result for name, result in attempts["results"].items() if name != "silent"]
    assert all(result["duration_seconds"] < ATTEMPT_SECONDS for result in others)
