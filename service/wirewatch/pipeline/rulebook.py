"""The rules as the rules topic says them: the latest value of each key, and for a worker the index made of them.

A worker's rules are a function of the topic's latest values alone, never of the order of its own restarts: a broken
value takes its rule out (and says so) rather than leaving an older revision alive in some workers and not in others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from wirewatch.ports import Received
from wirewatch.rule import Rule, RuleError, decode_rule

__all__ = ["IndexedRuleBook", "RuleBook", "RuleChange"]

_AT_ONCE = 5_000
"""Rules that are read before they go into the index, which keeps few of their trees: of large ones those take 1 GB."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What one message of the rules topic was about; `error` is set when its value is not a rule we can use."""

    rule_id: str
    error: str | None = None


class RuleBook:
    """Collects changes."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._invalid: dict[str, str] = {}

    def __len__(self) -> int:
        """The number of rules that can be used, disabled ones among them."""
        return len(self._rules)

    @property
    def invalid(self) -> Mapping[str, str]:
        """The error of each rule whose latest value can't be used."""
        return MappingProxyType(self._invalid)

    def get(self, rule_id: str) -> Rule | None:
        """Return the rule under `rule_id`, if there is a usable one."""
        return self._rules.get(rule_id)

    def rules(self) -> tuple[Rule, ...]:
        """Return all usable rules, by id."""
        return tuple(self._rules[rule_id] for rule_id in sorted(self._rules))

    def apply(self, messages: Iterable[Received]) -> tuple[RuleChange, ...]:
        """Take in `messages` in their order; what each one was about is returned."""
        return tuple([self._take(message) for message in messages])

    def _take(self, message: Received) -> RuleChange:
        rule_id = (message.key or b"").decode(errors="replace")
        self._rules.pop(rule_id, None)
        self._invalid.pop(rule_id, None)
        if message.value is None:
            return RuleChange(rule_id)
        try:
            rule = decode_rule(message.value)
            if rule.id != rule_id:
                raise RuleError(f"its key is {rule_id!r} but its id is {rule.id!r}; publish it under its own id")  # noqa: TRY301 - one place turns both into a fact
        except RuleError as error:
            self._invalid[rule_id] = str(error)
            return RuleChange(rule_id, str(error))
        self._rules[rule_id] = rule
        return RuleChange(rule_id)


class IndexedRuleBook(RuleBook):
    """Its `index` is one consistent set of the rules, replaced as a whole by `apply`."""

    def __init__(self) -> None:
        from wirewatch.matching import RuleIndex  # noqa: PLC0415 - it loads Numba, which only who matches needs

        super().__init__()
        self.index = RuleIndex(())

    def apply(self, messages: Iterable[Received]) -> tuple[RuleChange, ...]:
        """Take in `messages` in their order, then replace the index once; what each one was about is returned.

        Takes as long as the changes are many, however many rules there are beside them.
        """
        index = self.index
        changes: list[RuleChange] = []
        remaining = iter(messages)
        while some := super().apply(islice(remaining, _AT_ONCE)):
            named = dict.fromkeys(change.rule_id for change in some)
            put = [self._rules[rule_id] for rule_id in named if rule_id in self._rules]
            index = index.changed(put, named.keys() - self._rules.keys())
            changes += some
        self.index = index
        return tuple(changes)

    def tune(self) -> None:
        """Have the index look for what was rare in the articles so far; its answers stay the same."""
        self.index = self.index.tuned()
