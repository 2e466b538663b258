"""A rule's own examples: texts that it must match, and texts that it must not."""

from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from wirewatch.adapters.rule_files.problem import Problem
from wirewatch.adapters.rule_files.source import Source
from wirewatch.article import Article
from wirewatch.matching import PlainIndex
from wirewatch.rule import Rule

__all__ = ["Example", "run_examples"]


@dataclass(frozen=True, slots=True)
class Example:
    """A text, as an article's body, that the rule under `rule_id` must match, or must not; `node` is its place."""

    rule_id: str
    is_match: bool
    text: str
    source: Source
    node: yaml.Node


def run_examples(rules: Iterable[Rule], examples: Iterable[Example]) -> tuple[Problem, ...]:
    """Return a problem for each example that does not turn out as it says; a rule that is not enabled is tried too."""
    indexes = {rule.id: PlainIndex([rule.model_copy(update={"enabled": True})]) for rule in rules}
    return tuple(problem for example in examples for problem in _run(example, indexes[example.rule_id]))


def _run(example: Example, index: PlainIndex) -> tuple[Problem, ...]:
    matches = index.match(Article(id="example", body=example.text))
    if bool(matches) is example.is_match:
        return ()
    found = Source(example.source.path, example.source.text)
    if example.is_match:
        found.error(example.node, f"{example.rule_id} does not match this example", "correct the query or the example")
    else:
        words = ", ".join(dict.fromkeys(hit.text for hit in matches[0].terms))
        found.error(
            example.node, f"{example.rule_id} matches this example, by: {words}", "correct the query or the example"
        )
    return tuple(found.problems)
