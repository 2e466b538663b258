"""`wirewatch demo`, as a person runs it: the embedded broker, all roles, a receiver that verifies."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def _demo(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "wirewatch", "demo", *arguments],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_demo_shows_the_seeds_alert_and_ends_when_all_have_arrived() -> None:
    done = _demo()
    assert done.returncode == 0, done.stderr
    assert "The vice defense ministers of Japan and South Korea" in done.stdout
    assert "0 missing" in done.stderr


def test_the_demo_fails_and_names_what_did_not_come(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(_ROOT / "seeds", seeds)
    expected = json.loads((seeds / "expected.json").read_text("utf-8"))
    expected["an-article-that-is-not-there"] = ["japan-rok-defense"]
    (seeds / "expected.json").write_text(json.dumps(expected), "utf-8")
    done = _demo("--seeds", str(seeds), "--seconds", "3")
    assert done.returncode == 1
    assert "missing: an-article-that-is-not-there for japan-rok-defense" in done.stderr


def test_the_demo_without_samples_says_where_to_run_it(tmp_path: Path) -> None:
    done = _demo("--seeds", str(tmp_path))
    assert done.returncode == 1
    assert "run the demo in Wirewatch's folder" in done.stderr
