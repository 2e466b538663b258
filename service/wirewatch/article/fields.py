"""What a publisher's message says of an article, before cleaning; every form that we read is brought into this one."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict  # typing's own carries too little for pydantic before Python 3.12

from wirewatch.article.instant import read_instant

__all__ = ["STRICT", "ArticleFields", "Instant"]

STRICT = ConfigDict(strict=True, extra="ignore")
"""Unknown fields are passed over; a known one of the wrong type is an error, never guessed at."""


def _instant(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise PydanticCustomError("instant_type", "should be a string")
    try:
        return read_instant(value)
    except ValueError as error:
        raise PydanticCustomError("instant", "{problem}", {"problem": str(error)}) from error


Instant = Annotated[datetime | None, PlainValidator(_instant)]
_Texts = Annotated[list[str], Field(fail_fast=True)]  # the first bad one of a million is enough to name


class ArticleFields(TypedDict, total=False):
    """Our own JSON form. A field that is null or missing is not known."""

    __pydantic_config__ = STRICT  # type: ignore[misc]

    id: str | None
    title: str | None
    body: str | None
    source: str | None
    url: str | None
    language: str | None
    published_at: Instant
    authors: _Texts | None
    countries: _Texts | None
    tags: _Texts | None
