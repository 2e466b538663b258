"""A million rules of kind (a), in a process of their own: `python -m benchmarks.matching.million [RULES]`."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial

from benchmarks.matching.cell import TOGETHER, invented_news, rules_of
from benchmarks.matching.engines import decide, deciding, engine, ready, taking
from benchmarks.matching.measure import rate_of, resident_bytes
from benchmarks.matching.rules import Kind, invented_queries
from benchmarks.matching.world import invented_world

__all__ = ["Million", "measured_alone"]

_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Million:
    """What was measured. `build_seconds` are from the rules' texts to the index, parsing them included.

    Articles a second are of deciding which rules match, and of taking all of these rules from the index as well.
    """

    rules: int
    build_seconds: float
    bytes: int
    articles_per_second: float
    taken_per_second: float
    matches_per_article: float


def measured_alone(rules: int = _MANY) -> Million:
    """Measure in a new process, so that the memory is that of the rules alone."""
    command = [sys.executable, "-m", __spec__.name, str(rules)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    return Million(**json.loads(run.stdout))


def _main(count: int) -> None:
    world = invented_world()
    started = time.process_time()
    for _ in invented_queries(world, Kind.BOOLEAN, count, seed=1):
        pass
    inventing = time.process_time() - started
    before = resident_bytes()
    started = time.process_time()
    index = engine(rules_of(world, [(Kind.BOOLEAN, count)]))
    build_seconds = time.process_time() - started - inventing
    news = invented_news(world)
    index = ready(index, news.earlier)
    rate = rate_of(partial(deciding, index), news.today, together=TOGETHER)
    taken = rate_of(partial(taking, index), news.today, together=TOGETHER)
    some = news.today[:100]
    matches = sum(len(decide(index, article)) for article in some) / len(some)
    found = Million(len(index), build_seconds, resident_bytes() - before, rate.per_second, taken.per_second, matches)
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    _main(int(sys.argv[1]) if len(sys.argv) > 1 else _MANY)
