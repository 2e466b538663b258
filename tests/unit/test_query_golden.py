"""Messages, warnings, precedence and positions of the rule language, against files that a person can read."""

import re
from pathlib import Path

import pytest
from tests.support.golden import FILES, FOLDER, LISTS, rendered

from wirewatch.query import QueryError, parse

_PAGE = Path(__file__).parents[2] / "rules" / "README.md"


@pytest.mark.parametrize("name", FILES)
def test_what_is_said_about_each_query_is_what_the_golden_file_has(name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")

    assert rendered(expected, FILES[name]) == expected, "python -m tests.support.golden writes it anew"


def test_every_query_of_the_messages_has_an_error() -> None:
    assert "no error: " not in (FOLDER / "query_messages.txt").read_text(encoding="utf-8")


def _first_cells(section: str) -> list[str]:
    """Return what stands in backquotes in the first column of a section's table, without its heading."""
    rows = _PAGE.read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0].split("\n")
    cells = [row.replace("\\|", "\0").split("|")[1] for row in rows if row.startswith("| `")]
    return [found.replace("\0", "|") for cell in cells for found in re.findall("`([^`]+)`", cell)]


@pytest.mark.parametrize("query", _first_cells("Queries"))
def test_every_form_that_the_page_teaches_can_be_written(query: str) -> None:
    parse(f"x AND {query}" if query.startswith(("date", "words", "NOT")) else query.replace("#", "x #", 1), LISTS)


@pytest.mark.parametrize("query", [form for form in _first_cells("What you know from elsewhere") if "…" not in form])
def test_every_form_of_other_languages_on_the_page_is_answered_with_ours(query: str) -> None:
    if query == "NEAR/5":  # ours as well
        return
    with pytest.raises(QueryError) as caught:
        parse(f"a {query} b" if query.startswith(("w/", "n", "adj", "pre", "on", "NEAR", "/")) else query, LISTS)
    assert "write" in caught.value.hint
