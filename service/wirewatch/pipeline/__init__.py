"""The core of the match role and of the alert role: a message in, facts and records out.

`MatchStage` is stateless: articles and the rules give the records to publish. `AlertStage` decides each match's
fate with a memory of what was alerted. Neither logs, counts or knows Kafka; whoever calls them does.
"""

from wirewatch.pipeline.alerts import AlertFact, AlertMemory, AlertStage
from wirewatch.pipeline.matches import ArticleFact, ArticleOutcome, MatchStage
from wirewatch.pipeline.reject_limit import RejectLimitExceeded, RejectWindow
from wirewatch.pipeline.rejects import rejected_record
from wirewatch.pipeline.rulebook import IndexedRuleBook, RuleBook, RuleChange

__all__ = [
    "AlertFact",
    "AlertMemory",
    "AlertStage",
    "ArticleFact",
    "ArticleOutcome",
    "IndexedRuleBook",
    "MatchStage",
    "RejectLimitExceeded",
    "RejectWindow",
    "RuleBook",
    "RuleChange",
    "rejected_record",
]
