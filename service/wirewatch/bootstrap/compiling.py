"""Matching is compiled before the first article: by this process, or beside it where that takes long."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wirewatch import matching
from wirewatch.article import Article, skimming
from wirewatch.pipeline import IndexedRuleBook
from wirewatch.ports import Received
from wirewatch.rule import Rule, encode_rule

__all__ = ["compile_matching", "compiled_beside"]

_COMPILE = (
    "import gc, os; gc.disable(); from wirewatch.matching import compile_deciding; compile_deciding(); os._exit(0)"
)
"""To look for garbage, and to tidy up before the end, would take a fifth of the process's time."""


def compile_matching() -> None:
    """Have compiled what reads articles, what matches and what changes rules: else the first use does it.

    It takes a second where a cache on disk has the result, else a quarter of a minute of a processor's time.
    """
    book = IndexedRuleBook()
    words = [f"\u00e9{number}" for number in range(99)]  # not plain, and more than there is room for at first
    query = f"compiled AND (pattern* OR {' OR '.join(words)}) AND compiled SENTENCE {words[0]}"
    for ids in ([f"compiled-{number}" for number in range(9)], ["changed"]):  # so few that they stay by themselves
        rules = [Rule(id=each, name=each, query=query) for each in ids]
        book.apply([Received("", 0, 0, rule.id.encode(), encode_rule(rule), (), 0) for rule in rules])
    article = Article(id="compiled", title="compiled", body=" ".join(words))
    skimming.compile_skimming()
    matching.compile_seeking()
    book.index.match(article)
    book.tune()
    book.index.match(article)


@asynccontextmanager
async def compiled_beside() -> AsyncIterator[None]:
    """Have a process of its own compile what decides while this one does something else, if no cache on disk has it.

    This one then compiles what is left, while it waits. Should the other fail, `compile_matching` does what it did not.
    """
    if await asyncio.to_thread(_is_compiled):
        yield
        return
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _COMPILE, stderr=asyncio.subprocess.DEVNULL)
    try:
        yield
        for compile_one in (matching.compile_numbering, matching.compile_seeking, skimming.compile_skimming):
            await asyncio.to_thread(compile_one)
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _is_compiled() -> bool:
    return matching.is_compiled()  # looked up here, since that loads Numba
