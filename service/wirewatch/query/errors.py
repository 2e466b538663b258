"""What is wrong with a query, for who wrote it."""

from wirewatch.errors import WirewatchError
from wirewatch.query.excerpt import underlined

__all__ = ["QueryError"]


class QueryError(WirewatchError):
    """A query's text can't be understood, or would alert on everything.

    Attributes:
        text: the query.
        span: (start, end) of the part that is wrong, in characters; empty where something is missing.
        message: what is wrong, without a place.
        hint: what to do about it; may be empty.
    """

    def __init__(self, text: str, span: tuple[int, int], message: str, hint: str = "") -> None:
        self.text = text
        self.span = span
        self.message = message
        self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        """Return the message, the line of the query with a marker below the part, and the hint."""
        return "\n".join((self.message, *(f"   {line}" for line in self._details())))

    def _details(self) -> tuple[str, ...]:
        start, end = self.span
        line_start = self.text.rfind("\n", 0, start) + 1
        line = self.text[line_start:].split("\n", 1)[0]
        excerpt = underlined(line, start - line_start, end - line_start)
        return (*excerpt, f"hint: {self.hint}") if self.hint else excerpt
