"""What was measured, beside what is to be reached."""

from collections.abc import Iterable

from benchmarks.matching.cell import Cell
from benchmarks.matching.live import Live
from benchmarks.matching.lucene import PRESEARCHERS
from benchmarks.matching.measure import Rate
from benchmarks.matching.million import Million

__all__ = ["print_cell", "print_growth", "print_head", "print_live", "print_million", "print_reading", "print_worst"]

_NOTES = """\
Articles a second of one core's time. Wirewatch folds and tokenises each article within its time; Lucene Monitor is
given the tokens, ready, and matches the same articles over and over, warm. `decide` says which rules match, as Lucene
does, of articles that are new, a hundred at a time as the match role has them (Lucene is slower in batches); `again`
the same once more; `alone` one by one; `match` also explains each match: hits, offsets, snippets.
`ratio`: decide to the better Lucene (to reach: 10).
(a) 2 to 4 ANDed words, phrases, OR-groups; (b) 100 to 400 terms, wildcards, NEAR, NOT; (c) names and phrases alone."""
_COLUMNS = (
    "kind",
    "rules",
    "matches",
    "oracle",
    *PRESEARCHERS,
    "decide",
    "again",
    "alone",
    "match",
    "ratio",
    "same matches",
)
_WIDTHS = (7, 9, 9, 9, 15, 11, 9, 9, 9, 9, 7, 14)


def print_head(lucene: str) -> None:
    """Print what the columns mean."""
    print(f"{_NOTES}\n{lucene}\n")
    _row(_COLUMNS)


def print_cell(cell: Cell) -> None:
    """Print one line of the table."""
    _row(
        (
            f"({cell.kind})",
            f"{cell.rules:,}",
            f"{cell.matches_per_article:.1f}",
            _rate(cell.oracle),
            *(f"{cell.lucene[name].articles_per_second:,.0f}" if name in cell.lucene else "-" for name in PRESEARCHERS),
            _rate(cell.decide),
            _rate(cell.again),
            _rate(cell.alone),
            _rate(cell.explain),
            "-" if cell.ratio is None else f"{cell.ratio:.1f}",
            _agreement(cell),
        )
    )


def _agreement(cell: Cell) -> str:
    """Return on how many articles all agree; else of how many rules they do not, and how many of ours are right."""
    if cell.differing == 0:
        return f"all {cell.compared}"
    return f"not in {cell.differing}: ours right in {cell.disputed - cell.wrong} of {cell.disputed}"


def print_reading(reading: Rate, cell: Cell) -> None:
    """Print what matching adds to reading an article, whose words are known."""
    times = cell.again.seconds / reading.seconds
    print(
        f"\n{cell.rules:,} rules that match {cell.matches_per_article:.2f} an article: "
        f"{_microseconds(cell.again)} an article, reading it alone {_microseconds(reading)}: "
        f"{times:.2f} times (to reach: under 2)"
    )


def print_growth(few: Cell, many: Cell) -> None:
    """Print what more rules cost at the same number of matches."""
    print(
        f"{few.rules:,} rules, {few.matches_per_article:.1f} matches an article: {_microseconds(few.decide)}; "
        f"{many.rules:,} rules, {many.matches_per_article:.1f} matches: {_microseconds(many.decide)}: "
        f"{many.decide.seconds / few.decide.seconds:.2f} times (under 3)"
    )


def print_live(rules: int, live: Live) -> None:
    """Print how a change of a rule goes."""
    print(
        f"One rule of {rules:,} added, changed or removed: visible after {live.visible * 1e3:.1f} ms at most, "
        f"{live.median_visible * 1e3:.1f} ms mostly (100 ms); longest article meanwhile {live.disturbed * 1e3:.1f} ms, "
        f"without changes {live.undisturbed * 1e3:.1f} ms (10 ms)"
    )


def print_million(million: Million) -> None:
    """Print what very many rules cost."""
    print(
        f"{million.rules:,} rules (a): built from text in {million.build_seconds:.0f} s (120 s), "
        f"{million.bytes / 1e9:.2f} GB (4 GB), {million.articles_per_second:,.0f} articles/s (2,000), "
        f"{million.taken_per_second:,.0f} if all of the {million.matches_per_article:.0f} rules that match are taken"
    )


def print_worst(cases: Iterable[tuple[str, float]]) -> None:
    """Print each of the worst cases."""
    print("The worst (100 ms):")
    for name, seconds in cases:
        print(f"  {seconds * 1e3:10.1f} ms  {name}")


def _row(cells: Iterable[str]) -> None:
    print("".join(cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True)))


def _rate(rate: Rate | None) -> str:
    return "-" if rate is None else f"{rate.per_second:,.0f}"


def _microseconds(rate: Rate) -> str:
    return f"{rate.seconds * 1e6:,.0f} µs"
