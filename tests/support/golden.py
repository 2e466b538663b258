"""Golden files of the rule language: queries, each with what is said about it, to be read as well as checked.

::

    # a comment, or a heading
    > a query, with ⏎ for a line end
    what is said about it, to the next blank line

`python -m tests.support.golden` writes all of them anew from their queries; read the difference before you keep it.
"""

from collections.abc import Callable
from pathlib import Path

from wirewatch.query import (
    And,
    AtLeast,
    Compare,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Within,
    check,
    children_of,
    format_query,
    parse_lists,
    underlined,
)

FOLDER = Path(__file__).parents[1] / "golden"
LISTS = parse_lists(
    {
        "asia": 'Japan OR "South Korea" OR Taiwan',
        "pacific": "$asia OR Fiji",
        "titled": "title:Japan",
        "both": "Japan AND Korea",
        "broken": "Japan AND",
        "chicken": "$egg OR hen",
        "egg": "$chicken OR shell",
    }
)


def rendered(text: str, said: Callable[[str], str]) -> str:
    """Return the golden file `text` with what is said about each of its queries put in anew."""
    blocks = []
    for block in text.strip().split("\n\n"):
        kept = [line for line in block.split("\n") if line.startswith(("# ", "> "))]
        queries = [line[2:].replace("⏎", "\n") for line in kept if line.startswith("> ")]
        blocks.append("\n".join([*kept, *(said(query) for query in queries)]))
    return "\n\n".join(blocks) + "\n"


def message(query: str) -> str:
    """Return the error of a query, as an analyst sees it."""
    try:
        return "no error: " + format_query(check(query, LISTS).query)
    except QueryError as error:
        return str(error).replace("\xa0", " ")


def warnings(query: str) -> str:
    """Return the warnings of a query."""
    try:
        found = check(query, LISTS).warnings
    except QueryError as error:
        return str(error)
    said = [
        line
        for warning in found
        for line in (
            warning.message,
            *(f"   {line}" for line in underlined(query.replace("\n", " "), *warning.span)),
            f"   hint: {warning.hint}",
        )
    ]
    return "\n".join(said) or "no warning"


def tree(query: str) -> str:
    """Return how a query is read: a node a line, with its span in the text and what it was printed as."""
    try:
        return "\n".join(_lines(check(query, LISTS).query, ""))
    except QueryError as error:
        return str(error)


def _lines(node: Query, indent: str) -> list[str]:
    start, end = node.span
    lines = [f"{indent}{_name(node)} [{start}:{end}]"]
    if not isinstance(node, Named):
        for child in children_of(node):
            lines += _lines(child, indent + "   ")
    return lines


def _name(node: Query) -> str:
    match node:
        case Phrase() | Compare() | Named():
            name = format_query(node)
        case Near(_, _, distance, ordered):
            name = f"{'BEFORE' if ordered else 'NEAR'}/{distance}"
        case Within(_, _, unit):
            name = unit.value
        case AtLeast(_, count):
            name = f"ATLEAST/{count}"
        case InField(field):
            name = f"{field.value}:"
        case Not() | And() | Or():
            name = type(node).__name__.upper()
    return name


FILES: dict[str, Callable[[str], str]] = {
    "query_messages.txt": message,
    "query_warnings.txt": warnings,
    "query_trees.txt": tree,
}

if __name__ == "__main__":
    for name, said in FILES.items():
        path = FOLDER / name
        path.write_text(rendered(path.read_text(encoding="utf-8"), said), encoding="utf-8")
