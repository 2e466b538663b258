"""Bringing rules from files to the rules topic."""

from collections.abc import Iterable
from dataclasses import dataclass

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader
from wirewatch.pipeline import RuleBook
from wirewatch.ports import Record
from wirewatch.routing import Topics
from wirewatch.rule import Rule, encode_rule

__all__ = ["AppliedRules", "apply_rules"]


@dataclass(frozen=True, slots=True)
class AppliedRules:
    """The ids of rules by what became of them; `kept` are on the topic but not in the files."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


async def apply_rules(clients: KafkaClients, topics: Topics, rules: Iterable[Rule], *, prune: bool) -> AppliedRules:
    """Publish those of `rules` that the topic does not have as they are; with `prune` delete all that are not in them.

    Raises:
        PublishFailed: the broker did not take them.
    """
    wanted = {rule.id: rule for rule in rules}
    there = await _rules_there(clients, topics)
    plan = _plan(there, wanted, prune=prune)
    publisher = KafkaPublisher(clients, "rules-apply")
    await publisher.start()
    try:
        await publisher.publish(
            [
                Record(topics.rules, rule_id.encode(), encode_rule(wanted[rule_id]))
                for rule_id in plan.added + plan.changed
            ]
            + [Record(topics.rules, rule_id.encode(), None) for rule_id in plan.removed]
        )
    finally:
        await publisher.stop()
    return plan


async def _rules_there(clients: KafkaClients, topics: Topics) -> RuleBook:
    topic = TopicReader(clients, topics.rules)
    await topic.start()
    try:
        book = RuleBook()
        book.apply(await topic.load())
        return book
    finally:
        await topic.stop()


def _plan(there: RuleBook, wanted: dict[str, Rule], *, prune: bool) -> AppliedRules:
    ids_there = {rule.id for rule in there.rules()} | set(there.invalid)
    in_both = sorted(ids_there & wanted.keys())
    changed = tuple(rule_id for rule_id in in_both if there.get(rule_id) != wanted[rule_id])
    only_there = tuple(sorted(ids_there - wanted.keys()))
    return AppliedRules(
        added=tuple(sorted(wanted.keys() - ids_there)),
        changed=changed,
        removed=only_there if prune else (),
        unchanged=tuple(rule_id for rule_id in in_both if rule_id not in changed),
        kept=() if prune else only_there,
    )
