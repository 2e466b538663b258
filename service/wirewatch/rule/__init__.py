"""A watch rule: a query with a name, and what is to happen when an article matches it."""

from wirewatch.rule.rule import Rule, RuleError, Severity, decode_rule, encode_rule

__all__ = ["Rule", "RuleError", "Severity", "decode_rule", "encode_rule"]
