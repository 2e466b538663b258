"""All rule files at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wirewatch.adapters.rule_files.examples import Example
from wirewatch.adapters.rule_files.problem import Gravity, Problem, RuleFileError
from wirewatch.adapters.rule_files.reader import RulesReader
from wirewatch.adapters.rule_files.source import Source, read_source
from wirewatch.query import Lists
from wirewatch.rule import Rule

__all__ = ["LoadedRules", "load_rules"]

_SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """What the files hold: the rules without an error, in the files' order; their examples; all that is wrong.

    `lists` is what a query that uses the files' named lists is parsed with.
    """

    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    lists: Lists

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Those of the problems that are more than warnings."""
        return tuple(problem for problem in self.problems if problem.severity is Gravity.ERROR)

    def usable(self) -> tuple[Rule, ...]:
        """Return the rules if all of them can be used.

        Raises:
            RuleFileError: with all errors; half of a set of rules is nobody's intention.
        """
        if self.errors:
            raise RuleFileError(self.errors)
        return self.rules


def load_rules(paths: Iterable[Path]) -> LoadedRules:
    """Read rule files, and all `*.yaml` and `*.yml` in and below folders; nothing is raised for what they hold."""
    reader = RulesReader()
    problems: list[Problem] = []
    sources: list[Source] = []
    for path in paths:
        files = list(_files(path))
        if not files:
            problems.append(
                Problem(path, 0, 0, Gravity.ERROR, "no rule file is in this folder", "rule files end in .yaml")
            )
        for file in files:
            source, root = read_source(file)
            sources.append(source)
            if root is not None:
                reader.read(source, root)
    reader.finish()
    for source in sources:
        problems += sorted(source.problems, key=lambda problem: (problem.line, problem.column))
    return LoadedRules(tuple(reader.rules), tuple(reader.examples), tuple(problems), reader.lists.trees)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
