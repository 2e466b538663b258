"""The host of an article's address, which `site:` looks at."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from wirewatch.matching.part import Part, Span
from wirewatch.query import FieldName, Phrase

__all__ = ["HostPart"]


class HostPart(Part):
    """A host: its labels are its positions, and it has in it the host itself and the domains that it is below."""

    __slots__ = ("_begins", "_labels")

    def __init__(self, url: str) -> None:
        super().__init__(FieldName.URL, "")
        host = _host(url)
        self._labels = host.split(".") if host else []
        begin = url.casefold().find(host)
        self._begins = [begin + sum(len(label) + 1 for label in self._labels[:at]) for at in range(len(self._labels))]

    def __len__(self) -> int:
        return len(self._labels)

    def spans(self, phrase: Phrase) -> list[Span]:
        """Return the place of the domain that `phrase` names."""
        wanted = "".join(word.text for word in phrase.words).casefold().strip(".").split(".")
        first = len(self) - len(wanted)
        return [(first, len(self) - 1)] if first >= 0 and self._labels[first:] == wanted else []

    def offsets(self, spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
        """Return the characters of the address that each of `spans` came from."""
        return ((self._begins[first], self._begins[last] + len(self._labels[last])) for first, last in spans)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").casefold().rstrip(".")
    except ValueError:  # publishers write anything
        return ""
