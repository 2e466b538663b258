"""Rule files: what is read, and every problem with its place."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from wirewatch.adapters.rule_files import Problem, RuleFileError, load_rules, run_examples
from wirewatch.cli.rules import command
from wirewatch.rule import Rule, Severity, decode_rule, encode_rule

GOOD = """\
rules:
  - id: japan-rok-defense
    name: Japan and South Korea, defense
    query: Japan AND South Korea AND defense
    severity: high
    tags: [asia, defense]
    receivers: [asia-desk]
    enabled: true
    examples:
      match: ["Defense ministers of Japan and South Korea met in Seoul."]
      no_match: ["Japan's defense budget grew."]
"""


def written(folder: Path, text: str, name: str = "rules.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    return load_rules([written(folder, text)]).problems


def with_query(query: str) -> str:
    return f"rules:\n  - id: a\n    name: A\n    query: {query}\n"


def test_rule_is_read_whole(tmp_path: Path) -> None:
    loaded = load_rules([written(tmp_path, GOOD)])
    assert loaded.problems == ()
    assert loaded.usable() == (
        Rule(
            id="japan-rok-defense",
            name="Japan and South Korea, defense",
            query="Japan AND South Korea AND defense",
            severity=Severity.HIGH,
            tags=("asia", "defense"),
            receivers=("asia-desk",),
        ),
    )
    assert run_examples(loaded.rules, loaded.examples) == ()


def test_folder_is_read_with_those_below_it(tmp_path: Path) -> None:
    written(tmp_path, with_query("x").replace("id: a", "id: b"), "deep/er/b.yml")
    written(tmp_path, with_query("x"), "a.yaml")
    written(tmp_path, "not rules", "README.md")
    assert [rule.id for rule in load_rules([tmp_path]).usable()] == ["a", "b"]


def test_problem_reads_as_a_whole(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, with_query("Japan AND AND defense"))
    assert str(problem) == (
        f"{tmp_path}/rules.yaml:4:22: expected a term after AND\n"
        "   query: Japan AND AND defense\n"
        "                    ~~~^\n"
        '   hint: remove one AND, or put the word in quotes to search for it: "AND"'
    )


@pytest.mark.parametrize(
    ("query", "place", "part"),
    [
        ("Japan AND AND x", (4, 22), "AND"),
        ("'it''s AND AND x'", (4, 23), "AND"),
        ('"\\"q\\" AND AND x"', (4, 23), "AND"),
        ('"\\u65e5 AND AND x"', (4, 24), "AND"),
        ('"a \\\n      AND AND x"', (5, 11), "AND"),
        ("a\n      AND AND x", (5, 11), "AND"),
        ("|\n      Japan AND\n        (Korea OR)", (6, 18), ")"),
        (">-\n      Japan AND\n      AND x", (6, 7), "AND"),
        ("|\n\n      Japan # why\n      AND AND x", (7, 11), "AND"),
        ("Japan AND", (4, 18), "AND"),
    ],
)
def test_error_in_a_query_is_found_in_the_file_however_it_is_written(
    tmp_path: Path, query: str, place: tuple[int, int], part: str
) -> None:
    (problem,) = problems(tmp_path, with_query(query))
    line, marker = problem.excerpt
    assert (problem.line, problem.column) == place
    assert line[marker.index("~") : marker.index("^")] == part


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "the file is empty"),
        ("- a", (1, 1), "a rule file must be a mapping, not a list"),
        ("rule: []", (1, 1), "a rule file has no key 'rule'"),
        ("rules: 5", (1, 8), "rules must be a list, not a whole number"),
        ("rules: [x]", (1, 9), "a rule must be a mapping, not text"),
        ("rules:\n  - name: A\n    query: x", (2, 5), "the rule has no id"),
        (with_query("x") + "    sverity: low", (5, 5), "a rule has no key 'sverity'"),
        (with_query("x") + "    query: y", (5, 5), "query is there twice in a rule"),
        (with_query("42"), (4, 12), "query must be text, not a whole number"),
        (with_query("''"), (4, 12), "query is empty"),
        (with_query("x") + "    enabled: 'no'", (5, 14), "enabled must be true or false, not text"),
        (with_query("x") + "    severity: huge", (5, 15), "no severity 'huge'"),
        (with_query("x") + "    tags: asia", (5, 11), "tags must be a list, not text"),
        (with_query("x") + "    tags: [a, 1]", (5, 15), "each of tags must be text, not a whole number"),
        (with_query("x").replace("id: a", "id: A b"), (2, 9), "id: use at most 200 lower-case letters"),
        (with_query("x") + "    examples: {matches: [x]}", (5, 16), "examples has no key 'matches'"),
        ("rules:\n  - id: [x\n    name: y\n", (3, 9), "not YAML: expected ',' or ']', but got ':'"),
        ("rules:\n\t- id: x", (2, 1), "not YAML: found character '\\t' that cannot start any token"),
        ("rules: []\n---\nrules: []", (2, 1), "not YAML: but found another document"),
        ("rules: [*x]", (1, 9), "not YAML: found undefined alias 'x'"),
        ("rules: \x07", (1, 8), "not YAML: a character it does not allow"),
        ("lists: []", (1, 8), "lists must be a mapping, not a list"),
        ("lists: {1x: b}", (1, 9), "'1x' can't name a list"),
        ("lists:\n  a: b\n  a: c", (3, 3), "a list a is at "),
        ("lists: {a: 5}", (1, 12), "the list a must be text, not a whole number"),
        ("lists:\n  a: b OR", (2, 8), "expected a term after OR"),
        ("lists:\n  a: x OR $b\n  b: $c\n  c: $a", (2, 11), "the list uses itself: $a → $b → $c → $a"),
        ("lists:\n  a: $a", (2, 6), "the list uses itself: $a → $a"),
        ("lists: {asia: Japan}\n" + with_query("x AND $aisa"), (5, 18), "no list is named $aisa"),
    ],
)
def test_everything_wrong_has_its_place(tmp_path: Path, text: str, place: tuple[int, int], message: str) -> None:
    first = problems(tmp_path, text)[0]
    assert (first.line, first.column) == place
    assert first.message.startswith(message)
    assert str(first).startswith(f"{tmp_path}/rules.yaml:{place[0]}:{place[1]}: {message}")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("rules:\n\t- id: x", "indent with spaces"),
        ("rules: []\n---\nrules: []", "write each --- and what follows into a file of its own"),
        ("rules:\n  - name: a: b", "quote text that holds : # or brackets"),
    ],
)
def test_what_is_not_yaml_comes_with_advice_for_its_kind(tmp_path: Path, text: str, hint: str) -> None:
    assert [problem.hint for problem in problems(tmp_path, text)] == [hint]


def test_all_errors_of_all_files_come_at_once_and_good_rules_stay(tmp_path: Path) -> None:
    bad = with_query("x AND") + "    severity: huge\n  - id: fine\n    name: Fine\n    query: y\n"
    loaded = load_rules(
        [written(tmp_path, bad, "1.yaml"), written(tmp_path, "rules: [", "2.yaml"), tmp_path / "3.yaml"]
    )
    assert [(problem.file.name, problem.line) for problem in loaded.problems] == [
        ("1.yaml", 4),
        ("1.yaml", 5),
        ("2.yaml", 1),
        ("3.yaml", 0),
    ]
    assert [rule.id for rule in loaded.rules] == ["fine"]
    with pytest.raises(RuleFileError, match="huge") as caught:
        loaded.usable()
    assert caught.value.problems == loaded.problems


def test_a_wrong_id_and_a_wrong_query_of_one_rule_come_at_once(tmp_path: Path) -> None:
    text = with_query("Japan AND").replace("id: a", "id: A") + "    severity: huge"
    assert [problem.message.partition(" ")[0] for problem in problems(tmp_path, text)] == ["id:", "expected", "no"]


def test_id_is_unique_over_all_files(tmp_path: Path) -> None:
    loaded = load_rules([written(tmp_path, with_query("x"), "1.yaml"), written(tmp_path, with_query("y"), "2.yaml")])
    (problem,) = loaded.problems
    assert (problem.file.name, problem.line, problem.column) == ("2.yaml", 2, 9)
    assert problem.message == f"a rule a is at {tmp_path}/1.yaml:2 already"


def test_file_that_is_not_utf_8_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes(b"rules: \xff")
    (problem,) = load_rules([tmp_path]).problems
    assert problem.message == "byte 7 is not UTF-8 text"


def test_example_that_turns_out_otherwise_is_a_problem_at_its_place(tmp_path: Path) -> None:
    text = (
        with_query("Japan AND Korea")
        + "    examples:\n      match: [Japan, 'Japan, Korea']\n      no_match: [Korea Japan]\n"
    )
    loaded = load_rules([written(tmp_path, text)])
    found = run_examples(loaded.rules, loaded.examples)
    assert [(problem.line, problem.column, problem.message) for problem in found] == [
        (6, 15, "a does not match this example"),
        (7, 18, "a matches this example, by: Korea, Japan"),
    ]


def test_examples_of_a_rule_that_is_not_enabled_are_run_too(tmp_path: Path) -> None:
    text = with_query("Japan") + "    enabled: false\n    examples:\n      match: [Japan]\n"
    loaded = load_rules([written(tmp_path, text)])
    assert run_examples(loaded.rules, loaded.examples) == ()


def test_check_says_that_all_is_good(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["check", str(written(tmp_path, GOOD))])
    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 rule, 2 examples: all good\n", "")


def test_check_prints_problems_on_stderr_and_fails(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["check", str(written(tmp_path, with_query("x AND")))])
    assert (result.exit_code, result.stdout) == (1, "")
    assert ":4:14: expected a term after AND\n" in result.stderr


def test_a_warning_is_printed_and_its_rule_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path, with_query("Japan OR Korea OR Japan"))
    result = CliRunner().invoke(command, ["check", str(path)])
    assert (result.exit_code, result.stdout) == (0, "1 rule, 0 examples, 1 warning\n")
    assert f"{path}:4:30: warning: the same term twice in this OR\n" in result.stderr
    assert [rule.id for rule in load_rules([path]).usable()] == ["a"]


def test_strict_check_fails_on_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, with_query("Japan OR Korea OR Japan"))
    assert CliRunner().invoke(command, ["check", "--strict", str(path)]).exit_code == 1


def test_check_prints_json_for_editors(tmp_path: Path) -> None:
    path = written(tmp_path, with_query("|\n      x AND\n      AND y"))
    result = CliRunner().invoke(command, ["check", "--json", str(path)])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "file": str(path),
            "line": 6,
            "column": 7,
            "end_line": 6,
            "end_column": 10,
            "severity": "error",
            "message": "expected a term after AND",
            "hint": 'remove one AND, or put the word in quotes to search for it: "AND"',
        }
    ]


def test_check_prints_an_empty_json_list_when_all_is_good(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["check", "--json", str(written(tmp_path, GOOD))])
    assert (result.exit_code, result.stdout) == (0, "[]\n")


def test_rule_takes_the_lists_with_it_that_it_uses_and_no_others(tmp_path: Path) -> None:
    lists = "lists:\n  asia: Japan OR $korea\n  korea: South Korea\n  other: China\n"
    loaded = load_rules([written(tmp_path, lists, "z.yaml"), written(tmp_path, with_query("x AND $asia"), "a.yaml")])
    (rule,) = loaded.usable()
    assert rule.lists == {"asia": "Japan OR $korea", "korea": "South Korea"}
    assert decode_rule(encode_rule(rule)).expression == rule.expression


def test_revision_of_a_rule_changes_with_a_list_that_it_uses_and_with_no_other(tmp_path: Path) -> None:
    def revision(lists: str) -> str:
        (rule,) = load_rules([written(tmp_path, f"lists: {lists}\n" + with_query("x AND $a"))]).usable()
        return rule.revision

    first = revision("{a: $b, b: Japan}")
    assert revision("{a: $b, b: Japan, c: China}") == first
    assert revision("{a: $b, b: Korea}") != first


def test_word_in_a_list_that_is_wrong_is_found_in_the_file_of_the_list(tmp_path: Path) -> None:
    lists = written(tmp_path, "lists:\n  asia: >-\n    Japan OR\n    w/5 Korea\n", "lists.yaml")
    loaded = load_rules([lists, written(tmp_path, with_query("x AND $asia"), "rules.yaml")])
    assert [(problem.file.name, problem.line, problem.column) for problem in loaded.problems] == [
        ("lists.yaml", 4, 5),
        ("rules.yaml", 4, 18),
    ]


def test_check_without_a_path_is_misuse() -> None:
    assert CliRunner().invoke(command, ["check"]).exit_code == 2
