"""What is wrong in a rule file, for who wrote it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from wirewatch.errors import WirewatchError

__all__ = ["Gravity", "Problem", "RuleFileError"]


class Gravity(StrEnum):
    """How bad it is: an error's rule can't be used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `line` and `column` count from 1, 0 where the file as a whole is meant.

    `excerpt` is the line of the file and, below it, a marker; both are empty where there is no line to show. What is
    wrong ends before `end_column` of `end_line`, for an editor to underline.
    """

    file: Path
    line: int
    column: int
    severity: Gravity
    message: str
    hint: str = ""
    excerpt: tuple[str, str] = ("", "")
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        """Return the place and what is wrong, then the line with a marker, then the advice."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)
        warning = "warning: " if self.severity is Gravity.WARNING else ""
        first, *rest = self.message.split("\n")
        details = [*rest, *(line for line in self.excerpt if line), *([f"hint: {self.hint}"] if self.hint else [])]
        return "\n".join((f"{place}: {warning}{first}", *(f"   {line}" for line in details)))


class RuleFileError(WirewatchError):
    """Rule files that can't be used; `problems` holds all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("the rules have errors:\n" + "\n".join(map(str, self.problems)))
