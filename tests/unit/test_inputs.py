"""Files of articles, in every form, with every kind of mistake in them."""

import io
import json
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from wirewatch.cli.inputs import ArticleInput, InputProblem, read_articles, read_inputs

_MAX_BYTES = 2_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _read(path: Path, content: bytes | str) -> list[tuple[int, str]]:
    """Return (line, title) of each article, (line, problem) of each problem."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [
        (found.line, found.article.title if isinstance(found, ArticleInput) else found.detail)
        for found in read_inputs([str(path)], max_bytes=_MAX_BYTES)
    ]


def test_json_lines_are_read_line_by_line(folder: Path) -> None:
    assert _read(folder / "a.jsonl", '{"title": "A"}\n\n{"title": "B"}\r\n{"title": "C"}') == [
        (1, "A"),
        (3, "B"),
        (4, "C"),
    ]


def test_bad_line_costs_only_itself(folder: Path) -> None:
    found = _read(folder / "a.jsonl", '{"title": "A"}\n{"title": \nwords\n{"title": 5}\n{"title": "B"}\n')
    assert [found[0], found[-1]] == [(1, "A"), (5, "B")]
    assert [(line, detail.partition(":")[0]) for line, detail in found[1:-1]] == [
        (2, "not_json"),
        (3, "not_json"),
        (4, "wrong_type"),
    ]


def test_first_bad_line_does_not_hide_that_lines_follow(folder: Path) -> None:
    found = _read(folder / "feed.txt", '{"title": "A\n{"title": "B"}\n{"title": "C"}\n')
    assert [line for line, _ in found] == [1, 2, 3]
    assert [title for _, title in found[1:]] == ["B", "C"]


def test_list_of_any_layout_is_read(folder: Path) -> None:
    content = (
        '\n[{"title": "A, ] } \\" \\\\"},\n\n  {\n "title": "B", "tags": [["x"]],\n "tags": []}\n, {"title": "C"}]\n'
    )
    assert _read(folder / "a.json", content) == [(2, 'A, ] } " \\'), (4, "B"), (7, "C")]


def test_objects_over_several_lines_are_read_one_after_another(folder: Path) -> None:
    content = json.dumps({"title": "A", "body": "x"}, indent=2) + "\n" + json.dumps({"title": "B"}, indent=2)
    assert _read(folder / "a.json", content) == [(1, "A"), (5, "B")]


def test_one_object_is_one_article(folder: Path) -> None:
    assert _read(folder / "a.json", '{"title": "A"}') == [(1, "A")]
    assert _read(folder / "b.json", '\ufeff{"uri": "urn:x", "headline": "B"}\n') == [(1, "B")]


def test_plain_text_is_one_article(folder: Path) -> None:
    assert _read(folder / "a.txt", "\n date 2022-09-05 A\n\nBody {with} [marks]\n") == [(2, "A")]


@pytest.mark.parametrize("content", ["", "\n \n", "[]", "[\n]\n", "\ufeff"])
def test_file_without_articles_has_none(folder: Path, content: str) -> None:
    assert _read(folder / "a.json", content) == []


def test_file_that_was_cut_short_is_a_problem(folder: Path) -> None:
    for content in ('[{"title": "A"}, {"title"', '[{"title": "A"},\n', '{\n"title": "A"\n}\n{\n"title": '):
        found = _read(folder / "a.json", content)
        assert found[0][1] == "A"
        assert "ends before" in found[-1][1]


def test_what_follows_a_list_is_a_problem(folder: Path) -> None:
    found = _read(folder / "a.json", '[{"title": "A"}]\nmore')
    assert found[0] == (1, "A")
    assert found[1][0] == 2


def test_list_of_other_things_names_each_by_its_line(folder: Path) -> None:
    found = _read(folder / "a.json", '[5,\n"x, y",\n[1, 2],\n{"title": "A"}]')
    assert [line for line, _ in found] == [1, 2, 3, 4]
    assert found[3] == (4, "A")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("headline\n\nbody", "date YYYY-MM-DD headline"),
        ("date 2022-13-05 headline\n\nbody", "2022-13-05"),
        (b"date 2022-09-05 A\n\n\n\xff", "UTF-8"),
        ('{"title": "A"}'.encode("utf-16"), "UTF-8"),
        ("date 2022-09-05 A\n\n" + "x" * _MAX_BYTES, "the limit is 2,000"),
    ],
)
def test_other_files_are_a_problem_that_says_what_to_do(folder: Path, content: str | bytes, problem: str) -> None:
    [(_, detail)] = _read(folder / "a.txt", content)
    assert problem in detail


def test_bad_byte_of_plain_text_is_named_by_its_line(folder: Path) -> None:
    assert _read(folder / "a.txt", b"date 2022-09-05 A\n\nfine\n\xff")[0][0] == 4


@pytest.mark.parametrize("form", ['{{"title": "{0}"}}\n{{"title": "B"}}', '[{{"title": "{0}"}}\n, {{"title": "B"}}]'])
def test_article_over_the_limit_costs_only_itself(folder: Path, form: str) -> None:
    found = _read(folder / "a.json", form.format("x" * 200_000))
    assert "too_large" in found[0][1]
    assert "200," in found[0][1]
    assert found[1] == (2, "B")


def test_article_of_just_the_limit_is_read(folder: Path) -> None:
    title = "x" * (_MAX_BYTES - len('{"title": ""}'))
    assert _read(folder / "a.jsonl", f'{{"title": "{title}"}}\n') == [(1, title)]


def test_ends_of_chunks_do_not_matter(folder: Path) -> None:
    """Strings, escapes and line ends fall on the ends of the pieces that are read."""
    backslash = "\\"
    titles = [f'{n} "{backslash * (n % 5)}" é{"x" * (n % 37)}' for n in range(5_000)]
    content = json.dumps([{"title": title} for title in titles], indent=1)
    assert [title for _, title in _read(folder / "a.json", content)] == titles


def test_standard_input_is_read_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"title": "A"}\n{bad\n')))
    first, second = read_inputs(["-"])
    assert isinstance(first, ArticleInput)
    assert str(second).startswith("<stdin>:2: not_json: ")


def test_missing_files_and_folders_come_first(folder: Path) -> None:
    (folder / "a.json").write_text('{"title": "A"}')
    files = [str(folder / "a.json"), str(folder / "nowhere.json"), str(folder)]
    missing, a_folder, article = read_inputs(files)
    assert str(missing) == f"{files[1]}: there is no such file"
    assert str(a_folder) == f"{folder}: is a folder; name the files in it"
    assert isinstance(article, ArticleInput)


def test_reading_stops_at_the_first_problem(folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_text('{"title": "A"}\n{bad\n{"title": "B"}\n')
    articles = read_articles([str(path)])
    assert next(articles).title == "A"
    with pytest.raises(InputProblem, match=r"a\.jsonl:2: not_json"):
        next(articles)


def test_reading_goes_on_where_problems_are_taken(folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_text('{"title": "A"}\n{bad\n{"title": "B"}\n')
    problems: list[InputProblem] = []
    assert [article.title for article in read_articles([str(path)], on_problem=problems.append)] == ["A", "B"]
    assert [(problem.file, problem.line) for problem in problems] == [(str(path), 2)]


@pytest.mark.parametrize("form", ["lines", "list"])
def test_long_file_is_not_held_in_memory(folder: Path, form: str) -> None:
    path = folder / "a.json"
    with path.open("w") as file:
        file.write("[" if form == "list" else "")
        for number in range(10_000):
            separator = "," if form == "list" and number else ""
            file.write(f'{separator}{{"id": "{number}", "title": "{"x" * 500}"}}\n')
        file.write("]" if form == "list" else "")

    def count(articles: Iterator[object]) -> int:
        return sum(1 for _ in articles)

    tracemalloc.start()
    try:
        assert count(read_articles([str(path)])) == 10_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
