"""From the nodes of all files to their rules."""

from dataclasses import dataclass, field

import yaml
from pydantic import ValidationError

from wirewatch.adapters.rule_files.examples import Example
from wirewatch.adapters.rule_files.lists import ListsReader
from wirewatch.adapters.rule_files.source import Source
from wirewatch.query import Lists, QueryError, check
from wirewatch.rule import Rule, Severity

__all__ = ["RulesReader"]

_KEYS = ("id", "name", "query", "severity", "tags", "receivers", "enabled", "examples")
_REQUIRED = ("id", "name", "query")
_PLAIN_QUERY = {"query": "x", "lists": {}}
_PLAIN_RULE = {"id": "x", "name": "x"}
_SEVERITIES = tuple(severity.value for severity in Severity)


@dataclass(slots=True)
class RulesReader:
    """Collects the rules of all files; they are read once the lists of all files are there.

    `places` has where each id was seen first.
    """

    rules: list[Rule] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    lists: ListsReader = field(default_factory=ListsReader)
    _nodes: list[tuple[Source, yaml.Node]] = field(default_factory=list)

    def read(self, source: Source, root: yaml.Node) -> None:
        """Take in a file's document; what is wrong with its form is noted in `source`."""
        document = source.mapping(root, "a rule file", ("lists", "rules"))
        if document is None:
            return
        if "lists" in document:
            self.lists.read(source, document["lists"])
        elif "rules" not in document and not source.problems:
            source.error_at(0, 0, "there are no rules", "write rules: and a line with - id: for each")
        if "rules" in document:
            self._nodes += [(source, node) for node in source.items(document["rules"], "rules")]

    def finish(self) -> None:
        """Read the rules; one with an error is noted in its source and left out."""
        self.lists.finish()
        for source, node in self._nodes:
            self._read_rule(source, node)

    def _read_rule(self, source: Source, node: yaml.Node) -> None:
        errors_before = source.error_count
        values = source.mapping(node, "a rule", _KEYS)
        if values is None:
            return
        for key in _REQUIRED:
            if key not in values:
                source.error(_first(node), f"the rule has no {key}", f"add {key}:")
        fields = _fields(source, values)
        _check_query(source, values.get("query"), self.lists.trees)
        fields["lists"] = self.lists.used_by(str(fields.get("query", "")))
        if "id" in values and "id" in fields:
            self._check_id(source, values["id"], str(fields["id"]))
        examples = _examples(source, values.get("examples"))
        _check_form(source, node, values, fields)
        if source.error_count == errors_before:
            rule = Rule.model_validate(fields)
            self.rules.append(rule)
            self.examples += [Example(rule.id, is_match, text, source, at) for is_match, at, text in examples]

    def _check_id(self, source: Source, node: yaml.Node, rule_id: str) -> None:
        place = source.place(node)
        first = self.places.setdefault(rule_id, place)
        if first != place:
            source.error(node, f"a rule {rule_id} is at {first} already", "give each rule an id of its own")


def _fields(source: Source, values: dict[str, yaml.Node]) -> dict[str, object]:
    """Return what could be read, by name; the rest is noted."""
    fields: dict[str, object] = {}
    for key in ("id", "name", "query"):
        read = source.scalar(values[key], key) if key in values else None
        if read is not None:
            fields[key] = read[1]
    for key in ("tags", "receivers"):
        if key in values:
            fields[key] = tuple(text for _, text in source.texts(values[key], key))
    severity = source.scalar(values["severity"], "severity") if "severity" in values else None
    if severity is not None:
        if severity[1] not in _SEVERITIES:
            source.error(severity[0], f"no severity {severity[1]!r}", f"write one of {', '.join(_SEVERITIES)}")
        fields["severity"] = severity[1]
    enabled = source.boolean(values["enabled"], "enabled") if "enabled" in values else None
    if enabled is not None:
        fields["enabled"] = enabled
    return fields


def _check_query(source: Source, node: yaml.Node | None, lists: Lists) -> None:
    if not isinstance(node, yaml.ScalarNode):
        return
    try:
        for warning in check(node.value, lists).warnings:
            source.warning_in(node, warning.span, warning.message, warning.hint)
    except QueryError as error:
        if node.value.strip():
            source.error_in(node, error.span, error.message, error.hint)


def _examples(source: Source, node: yaml.Node | None) -> list[tuple[bool, yaml.Node, str]]:
    """Return whether it is to match, the node and the text of each example."""
    groups = source.mapping(node, "examples", ("match", "no_match")) if node is not None else None
    return [
        (key == "match", at, text) for key, texts in (groups or {}).items() for at, text in source.texts(texts, key)
    ]


def _check_form(source: Source, node: yaml.Node, values: dict[str, yaml.Node], fields: dict[str, object]) -> None:
    """Note what is wrong with the fields that could be read, even where others could not, but for the query."""
    try:
        Rule.model_validate({**_PLAIN_RULE, **fields, **_PLAIN_QUERY})
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=False):
            key = str(problem["loc"][0])
            if key != "severity":  # noted as soon as it was read
                source.error(values.get(key, node), f"{key}: {_in_words(key, problem['msg'])}", "")


def _in_words(key: str, message: str) -> str:
    if key == "id":
        return "use at most 200 lower-case letters, digits and hyphens, beginning with a letter or digit"
    return message[0].lower() + message[1:]


def _first(node: yaml.Node) -> yaml.Node:
    """Return the first key of a mapping: a whole rule is too much to underline."""
    return node.value[0][0] if isinstance(node, yaml.MappingNode) and node.value else node
