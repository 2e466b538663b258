"""Articles from files: JSON, JSON lines, lists, ninjs, plain text; one at a time, however long the file is.

What a file holds is decided by its beginning:

- an object a line, if its name ends in `.jsonl` or `.ndjson`, or if its first line is a JSON object or the second
  begins with one; a bad line costs only itself;
- `[`: a list of objects;
- `{`: objects over several lines, one after another;
- else plain text: one article, as `wirewatch.article.parse_plain_text` reads it.

No more than one article is held in memory, and no more of it than the limit.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import cast

from pydantic_core import from_json

from wirewatch.article import Article, ArticleRejected, RejectReason, decode_article, parse_plain_text
from wirewatch.cli.json_values import split_values
from wirewatch.errors import WirewatchError

__all__ = ["ArticleInput", "InputProblem", "read_articles", "read_inputs"]

MAX_ARTICLE_BYTES = 1_000_000
_CHUNK_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_LINES_SUFFIXES = frozenset((".jsonl", ".ndjson"))


@dataclass(frozen=True, slots=True)
class ArticleInput:
    """An article, and where it begins."""

    article: Article
    file: str
    line: int


class InputProblem(WirewatchError):  # noqa: N818 - not every problem ends a command
    """A file, or an article in it, that can't be read; `line` is 0 where it is about the whole file."""

    def __init__(self, file: str, line: int, detail: str) -> None:
        self.file = file
        self.line = line
        self.detail = detail
        super().__init__(f"{file}:{line}: {detail}" if line else f"{file}: {detail}")


def read_articles(
    files: Sequence[str],
    *,
    max_bytes: int = MAX_ARTICLE_BYTES,
    on_problem: Callable[[InputProblem], None] | None = None,
) -> Iterator[Article]:
    """Return the articles in `files`, as they are read; `-` is standard input.

    With `on_problem`, each problem is given to it and the reading goes on with the next article or file.

    Raises:
        InputProblem: the first problem, without `on_problem`.
    """
    for found in read_inputs(files, max_bytes=max_bytes):
        if isinstance(found, ArticleInput):
            yield found.article
        elif on_problem is None:
            raise found
        else:
            on_problem(found)


def read_inputs(files: Sequence[str], *, max_bytes: int = MAX_ARTICLE_BYTES) -> Iterator[ArticleInput | InputProblem]:
    """Return the articles and the problems in `files`, in their order; files that aren't there come first."""
    problems = {file: problem for file in files if (problem := _not_a_file(file)) is not None}
    yield from problems.values()
    for file in files:
        if file not in problems:
            yield from _read_file(file, max_bytes)


def _not_a_file(file: str) -> InputProblem | None:
    if file == "-" or Path(file).exists():
        return InputProblem(file, 0, "is a folder; name the files in it") if Path(file).is_dir() else None
    return InputProblem(file, 0, "there is no such file")


def _read_file(file: str, max_bytes: int) -> Iterator[ArticleInput | InputProblem]:
    name = "<stdin>" if file == "-" else file
    try:
        with _opened(file) as stream:
            yield from _File(name, stream, max_bytes).read()
    except OSError as error:
        yield InputProblem(name, 0, f"can't be read: {error.strerror or error}")


def _opened(file: str) -> AbstractContextManager[BufferedReader]:
    return nullcontext(cast("BufferedReader", sys.stdin.buffer)) if file == "-" else Path(file).open("rb")


class _File:
    """A file that is being read."""

    def __init__(self, name: str, stream: BufferedReader, max_bytes: int) -> None:
        self._name = name
        self._stream = stream
        self._max_bytes = max_bytes
        self._line = 0
        self._ahead = b""

    def read(self) -> Iterator[ArticleInput | InputProblem]:
        """Return what is in the file, nothing for a blank one."""
        first = self._first_line()
        begun = first.lstrip()
        if not begun:
            return iter(())
        if begun.startswith(b"["):
            return self._values(begun[1:], in_list=True)
        if self._has_object_a_line(begun):
            return self._lines(first)
        return self._values(begun, in_list=False) if begun.startswith(b"{") else self._plain_text(first)

    def _first_line(self) -> bytes:
        """Return the first line that is not blank, or as much of it as an article may have."""
        while line := self._next_line():
            line = line.removeprefix(_BOM) if self._line == 1 else line
            if line.strip():
                return line
        return b""

    def _next_line(self) -> bytes:
        self._line += 1
        line, self._ahead = self._ahead, b""
        return line or self._stream.readline(self._max_bytes + 2)

    def _has_object_a_line(self, first: bytes) -> bool:
        if Path(self._name).suffix.lower() in _LINES_SUFFIXES:
            return True
        if not first.startswith(b"{"):
            return False
        try:
            from_json(first)
        except ValueError:
            self._ahead = self._stream.readline(self._max_bytes + 2) if first.endswith(b"\n") else b""
            return self._ahead.startswith(b"{")
        return True

    def _lines(self, line: bytes) -> Iterator[ArticleInput | InputProblem]:
        while line:
            whole = line
            size = len(line)
            while not line.endswith(b"\n") and (line := self._stream.readline(_CHUNK_BYTES)):
                size += len(line)
            if raw := whole.strip():
                yield self._article(raw, self._line, len(raw) if size == len(whole) else size)
            line = self._next_line()

    def _values(self, begun: bytes, *, in_list: bool) -> Iterator[ArticleInput | InputProblem]:
        chunks = chain([begun, self._ahead], iter(lambda: self._stream.read1(_CHUNK_BYTES), b""))
        for value in split_values(chunks, in_list=in_list, line=self._line, max_bytes=self._max_bytes):
            if value.is_whole:
                yield self._article(value.raw, value.line, value.size)
            else:
                yield InputProblem(self._name, value.line, "the file ends before the JSON that begins here does")

    def _article(self, raw: bytes, line: int, size: int) -> ArticleInput | InputProblem:
        if size > len(raw) and size > self._max_bytes:
            return self._problem(line, _too_large(size, self._max_bytes))
        try:
            return ArticleInput(decode_article(raw, max_bytes=self._max_bytes), self._name, line)
        except ArticleRejected as error:
            return self._problem(line, error)

    def _plain_text(self, first: bytes) -> Iterator[ArticleInput | InputProblem]:
        raw = first + self._stream.read(max(self._max_bytes + 1 - len(first), 0))
        try:
            if len(raw) > self._max_bytes:
                raise _too_large(len(raw), self._max_bytes)
            yield ArticleInput(parse_plain_text(raw.decode()), self._name, self._line)
        except UnicodeDecodeError as error:
            line = self._line + raw.count(b"\n", 0, error.start)
            yield InputProblem(self._name, line, f"not UTF-8: {error.reason}; convert the file to UTF-8")
        except ArticleRejected as error:
            yield InputProblem(self._name, self._line, f"neither JSON nor a plain-text article: {error.detail}")

    def _problem(self, line: int, error: ArticleRejected) -> InputProblem:
        return InputProblem(self._name, line, f"{error.reason}: {error.detail}")


def _too_large(size: int, max_bytes: int) -> ArticleRejected:
    return ArticleRejected(RejectReason.TOO_LARGE, f"{size:,} bytes or more, the limit is {max_bytes:,}")
