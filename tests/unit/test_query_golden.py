"""Messages, warnings, precedence and positions of the rule language, against files that a person can read."""

import pytest
from tests.support.golden import FILES, FOLDER, rendered


@pytest.mark.parametrize("name", FILES)
def test_what_is_said_about_each_query_is_what_the_golden_file_has(name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")

    assert rendered(expected, FILES[name]) == expected, "python -m tests.support.golden writes it anew"


def test_every_query_of_the_messages_has_an_error() -> None:
    assert "no error: " not in (FOLDER / "query_messages.txt").read_text(encoding="utf-8")
