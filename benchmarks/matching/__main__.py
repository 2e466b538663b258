"""Prints the table: `python -m benchmarks.matching [--kinds a b c] [--rules 1000 10000] [--parts …] [--no-lucene]`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import cast

from benchmarks.matching import table
from benchmarks.matching.cell import TOGETHER, Cell, News, invented_news, measured, rules_of
from benchmarks.matching.engines import deciding, engine, reader, ready
from benchmarks.matching.extremes import worst_cases
from benchmarks.matching.live import live_changes
from benchmarks.matching.lucene import LuceneMissing, describe_java, find_java
from benchmarks.matching.measure import rate_of
from benchmarks.matching.million import measured_alone
from benchmarks.matching.rules import Kind
from benchmarks.matching.world import World, invented_world

_KINDS = (Kind.BOOLEAN, Kind.MONITORING, Kind.NAMES)
_PARTS = ("table", "rare", "growth", "live", "worst", "million")
_FEW, _MANY = 10_000, 100_000
_TOO_LARGE = frozenset({(Kind.MONITORING, _MANY)})
"""25 million terms: left out unless they are asked for."""


def _main(arguments: Sequence[str]) -> None:
    asked = _parsed(arguments)
    cast("TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)  # each line when it is known
    java, lucene = _java(wanted=not asked.no_lucene)
    table.print_head(lucene)
    world = invented_world()
    parts: dict[str, Callable[[], None]] = {
        "table": lambda: _table(world, invented_news(world), java, asked),
        "rare": lambda: _rare(world, invented_news(world), java),
        "growth": lambda: _growth(world, invented_news(world)),
        "live": lambda: _live(world, invented_news(world)),
        "worst": lambda: table.print_worst(worst_cases(world)),
        "million": lambda: table.print_million(measured_alone()),
    }
    for part in _PARTS:
        if part in asked.parts:
            parts[part]()


def _java(*, wanted: bool) -> tuple[Path | None, str]:
    """Return the Java for Lucene, and a line about it."""
    if not wanted:
        return None, "Lucene is left out."
    try:
        java = find_java()
    except LuceneMissing as missing:
        return None, f"Lucene is left out. {missing}"
    return java, describe_java(java)


def _table(world: World, news: News, java: Path | None, asked: argparse.Namespace) -> None:
    for kind in asked.kinds:
        for count in asked.rules or [1_000, _FEW, _MANY]:
            if asked.rules or (kind, count) not in _TOO_LARGE:
                table.print_cell(measured(world, news, [(kind, count)], java=java))


def _rare(world: World, news: News, java: Path | None) -> None:
    cell = measured(world, news, [(Kind.RARE, _FEW)], java=java)
    table.print_cell(cell)
    knowing = ready(reader(), [*news.earlier, *news.today])
    table.print_reading(rate_of(partial(deciding, knowing), news.today, together=TOGETHER), cell)


def _growth(world: World, news: News) -> None:
    measure = partial(measured, world, news, java=None, with_oracle=False)
    few: Cell = measure([(Kind.BOOLEAN, _FEW)])
    table.print_growth(few, measure([(Kind.BOOLEAN, _FEW), (Kind.RARE, _MANY - _FEW)]))


def _live(world: World, news: News) -> None:
    index = ready(engine(rules_of(world, [(Kind.BOOLEAN, _MANY)])), news.earlier)
    table.print_live(_MANY, live_changes(index, news.today))


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Wirewatch beside Lucene Monitor.")
    parser.add_argument("--kinds", nargs="+", type=Kind, default=_KINDS, help="of rules: a, b, c (default: all)")
    parser.add_argument("--rules", nargs="+", type=int, help="how many (default: 1000 10000 100000)")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=_PARTS, help="of the report (default: all)")
    parser.add_argument("--no-lucene", action="store_true", help="Wirewatch alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    _main(sys.argv[1:])
