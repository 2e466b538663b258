"""The host of an article's address, which `site:` looks at."""

import re
from collections.abc import Iterable, Iterator

from wirewatch.matching.part import Part, Span
from wirewatch.query import FieldName, Phrase

__all__ = ["HostPart"]

_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#]*@)?(?P<host>[^/?#@:\[\]]*)", re.IGNORECASE)
_LABEL = re.compile(r"[^.]+")


class HostPart(Part):
    """A host: its labels are its positions, and it has in it the host itself and the domains that it is below."""

    __slots__ = ("_labels", "_spans")

    def __init__(self, url: str) -> None:
        super().__init__(FieldName.URL, "")
        host = _HOST.match(url)
        found = list(_LABEL.finditer(url, *host.span("host"))) if host else []
        self._labels = [label.group().casefold() for label in found]
        self._spans = [label.span() for label in found]

    def __len__(self) -> int:
        return len(self._labels)

    def spans(self, phrase: Phrase) -> list[Span]:
        """Return the place of the domain that `phrase` names."""
        wanted = "".join(word.text for word in phrase.words).casefold().strip(".").split(".")
        first = len(self) - len(wanted)
        return [(first, len(self) - 1)] if first >= 0 and self._labels[first:] == wanted else []

    def offsets(self, spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
        """Return the characters of the address that each of `spans` came from."""
        return ((self._spans[first][0], self._spans[last][1]) for first, last in spans)
