"""What is wrong with settings, for who wrote them: everything at once, each with its place and a way out."""

from collections.abc import Iterable
from dataclasses import dataclass

from wirewatch.errors import WirewatchError

__all__ = ["Problem", "SettingsError"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: `where` is the environment variable, or the file and its key. Holds no secret."""

    where: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        """Return one line: the place, what is wrong there, what to do."""
        return f"{self.where}: {self.message}" + (f"; {self.advice}" if self.advice else "")


class SettingsError(WirewatchError):
    """Settings that can't be used; `problems` holds all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        title = "1 problem in the settings:" if count == 1 else f"{count} problems in the settings:"
        super().__init__("\n".join((title, *(f"  {problem}" for problem in self.problems))))
