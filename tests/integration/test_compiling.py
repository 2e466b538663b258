"""Matching is compiled beside what else a worker does at its start, and found compiled after that."""

import asyncio
from pathlib import Path

import pytest

from wirewatch import matching
from wirewatch.bootstrap.compiling import compile_matching, compiled_beside


def _kept_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("deciding.decide*"))


async def test_a_worker_that_finds_matching_compiled_starts_no_process_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    await asyncio.to_thread(compile_matching)
    assert matching.is_compiled()
    monkeypatch.setattr(asyncio, "create_subprocess_exec", None)
    async with compiled_beside():
        pass


async def test_matching_is_compiled_by_another_process_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "is_compiled", lambda: False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    async with compiled_beside():
        assert _kept_in(tmp_path) == []
    assert _kept_in(tmp_path)
