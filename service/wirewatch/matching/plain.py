"""The index in plain Python: the oracle of the compiled one, and quicker where a few rules meet a few articles."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wirewatch.article import Article
from wirewatch.matching.anchors import Anchor, anchors_of, phrases_of, required_terms
from wirewatch.matching.candidates import AnchorTable
from wirewatch.matching.commonness import commonness
from wirewatch.matching.document import Document
from wirewatch.matching.explain import explain
from wirewatch.matching.holds import holds
from wirewatch.matching.match import Fault, Match, Matched
from wirewatch.query import Query
from wirewatch.rule import Rule

__all__ = ["PlainIndex"]


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    rule: Rule
    expression: Query
    required: frozenset[str]


class PlainIndex:
    """The enabled ones of a set of rules; it never changes, a new set is a new index.

    Of several rules with one id the last counts. `judge` says whether a query holds for a document.
    """

    def __init__(self, rules: Iterable[Rule], *, judge: Callable[[Query, Document], bool] = holds) -> None:
        self._judge = judge
        enabled = [rule for rule in {rule.id: rule for rule in rules}.values() if rule.enabled]
        self._size = len(enabled)
        used_by = Counter(term for rule in enabled for term in _terms_of(rule.expression))
        anchored: list[tuple[Anchor, _Entry]] = []
        self._always: list[_Entry] = []
        for rule in enabled:
            entry = _Entry(rule, rule.expression, required_terms(rule.expression))
            anchors = anchors_of(rule.expression, lambda anchor: used_by[anchor.slot.term] + commonness(anchor))
            if anchors is None:
                # The parser refuses such queries; should one get here all the same, it is slow rather than wrong.
                self._always.append(entry)
            else:
                anchored += [(anchor, entry) for anchor in anchors]
        self._table = AnchorTable(anchored)

    def __len__(self) -> int:
        """The number of rules that can match."""
        return self._size

    def match(self, article: Article) -> tuple[Match, ...]:
        """Return the matches of `article`, by rule id."""
        return self.match_with_faults(article).matches

    def match_with_faults(self, article: Article) -> Matched:
        """Return the matches of `article` and the rules that raised; a rule's exception costs that rule alone."""
        document = Document(article)
        matches: list[Match] = []
        faults: list[Fault] = []
        for entry in self._candidates(document):
            try:
                if self._judge(entry.expression, document):
                    matches.append(explain(entry.rule, document))
            except Exception as error:  # noqa: BLE001 - whatever it is, the other rules must go on
                faults.append(Fault(entry.rule, error))
        return Matched(
            tuple(sorted(matches, key=lambda match: match.rule.id)),
            tuple(sorted(faults, key=lambda fault: fault.rule.id)),
        )

    def _candidates(self, document: Document) -> Iterable[_Entry]:
        """Return the rules with an anchor and all required terms in `document`, each once."""
        terms = document.terms
        found = dict.fromkeys(self._always)
        found.update((entry, None) for entry in self._table.of(document) if entry.required <= terms)
        return found


def _terms_of(query: Query) -> set[str]:
    return {term for phrase in phrases_of(query) for term in phrase.terms}
