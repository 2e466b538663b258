"""The value, its revision, and its form on the rules topic."""

import hashlib
import json
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wirewatch.errors import WirewatchError, field_problems
from wirewatch.query import Query, QueryError, parse, parse_lists

__all__ = ["Rule", "RuleError", "Severity", "decode_rule", "encode_rule"]

_REVISION_DIGITS = 12

_Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=200)]
_Label = Annotated[str, Field(pattern=r"\S", max_length=200)]


class RuleError(WirewatchError):
    """A rule's definition is wrong; the message names every field that is."""


class Severity(StrEnum):
    """How much an alert matters to whom it goes."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Rule(BaseModel):
    """A rule that can be used: its query parses.

    `lists` has the text of every named list that the query uses, and that those use: a rule means the same wherever
    it goes. `receivers` are names; none means the default receiver. A rule that is not enabled matches nothing.
    Fields that a later version adds are ignored.

    Raises:
        pydantic.ValidationError: a field is wrong.
        QueryError: the query is.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: _Id
    name: _Label
    query: str
    lists: dict[str, str] = Field(default_factory=dict)
    severity: Severity = Severity.MEDIUM
    tags: tuple[_Label, ...] = ()
    receivers: tuple[_Label, ...] = ()
    enabled: bool = True

    def model_post_init(self, _context: Any, /) -> None:
        """Refuse a query that does not parse; take up less room."""
        self.__dict__["expression"] = self._read()  # as the property does, but without its lock
        # Which fields were given is for nobody to ask, and a set of their names was two fifths of a rule.
        object.__setattr__(self, "__pydantic_fields_set__", _FIELDS)

    @cached_property
    def expression(self) -> Query:
        """The query's tree."""
        return self._read()

    def forget_expression(self) -> None:
        """Let go of the tree, which takes more room than all the rest; who asks for it has it read again."""
        self.__dict__.pop("expression", None)

    def _read(self) -> Query:
        return parse(self.query, parse_lists(self.lists)) if self.lists else parse(self.query)

    @cached_property
    def revision(self) -> str:
        """Twelve hexadecimal digits that stand for everything which defines the rule."""
        definition = self.model_dump(mode="json", exclude=_unused(self))
        canonical = json.dumps(definition, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:_REVISION_DIGITS]


_FIELDS = set(Rule.model_fields)


def encode_rule(rule: Rule) -> bytes:
    """Return the rule as JSON in UTF-8: the value on the rules topic."""
    return rule.model_dump_json(exclude=_unused(rule)).encode()


def decode_rule(raw: bytes) -> Rule:
    """Return the rule that `raw` holds.

    Raises:
        RuleError: it is not a rule, or its query is wrong.
    """
    try:
        return Rule.model_validate_json(raw)
    except ValidationError as error:
        raise RuleError(field_problems(error)) from None
    except QueryError as error:
        raise RuleError(f"query: {error}") from None


def _unused(rule: Rule) -> set[str]:
    """Return what a rule need not say: one without lists reads, and counts as, what it did before there were any."""
    return set() if rule.lists else {"lists"}
