"""Watch rules as YAML files: read, checked as a whole, their own examples run.

::

    lists:
      asia: Japan OR "South Korea" OR Taiwan    # $asia in the queries of any file
    rules:
      - id: japan-rok-defense              # [a-z0-9][a-z0-9-]*, unique over all files
        name: Japan and South Korea, defense
        query: Japan AND South Korea AND defense
        severity: high                     # low, medium (default), high, critical
        tags: [asia, defense]
        receivers: [asia-desk]             # names; none: the default receiver
        enabled: true
        examples:
          match: ["Defense ministers of Japan and South Korea met in Seoul."]
          no_match: ["Japan's defense budget grew."]

Nothing is raised for what a file holds: every problem of every file is a value with its file, line and column.
"""

from wirewatch.adapters.rule_files.examples import Example, run_examples
from wirewatch.adapters.rule_files.load import LoadedRules, load_rules
from wirewatch.adapters.rule_files.problem import Gravity, Problem, RuleFileError

__all__ = ["Example", "Gravity", "LoadedRules", "Problem", "RuleFileError", "load_rules", "run_examples"]
