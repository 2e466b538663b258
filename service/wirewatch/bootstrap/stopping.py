"""Work that ends when told to stop."""

import asyncio
from collections.abc import Coroutine
from typing import Any

__all__ = ["until_stopped"]


async def until_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> bool:
    """Do `work` unless `stop` is set first; tell whether it was done."""
    working = asyncio.create_task(work, name="prepare")
    stopping = asyncio.create_task(stop.wait(), name="stop-while-preparing")
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finished = working.done()
    for task in (working, stopping):
        task.cancel()
    result, _ = await asyncio.gather(working, stopping, return_exceptions=True)
    if finished and isinstance(result, Exception):
        raise result
    return finished
