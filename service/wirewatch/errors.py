"""The tree of errors that Wirewatch raises on purpose.

::

    WirewatchError
    ├── QueryError          a query's text can't be understood (wirewatch.query)
    ├── RuleError           a rule's definition is wrong (wirewatch.rule)
    ├── RuleFileError       rule files with one or more problems (wirewatch.adapters.rule_files)
    ├── ArticleRejected     bytes that are not an article we can read (wirewatch.article)
    ├── RejectLimitExceeded so many articles in a row are unreadable that going on would drain the topic
    ├── SettingsError       settings with one or more problems (wirewatch.config)
    └── PublishFailed       the broker did not acknowledge a record

Only the root and the errors without a home of their own live here; the others stand beside what raises them.
A message says what is wrong, where, and what to do about it.
"""

from pydantic import ValidationError

__all__ = ["PublishFailed", "WirewatchError", "field_problems"]


class WirewatchError(Exception):
    """The root: everything Wirewatch raises for a reason that a person can act on."""


class PublishFailed(WirewatchError):  # noqa: N818 - says what happened, as aiokafka and the std library's Timeout do
    """The broker did not acknowledge a record; nothing that led to it may be committed."""


def field_problems(error: ValidationError) -> str:
    """Say what is wrong with a message, naming every bad field; no value is repeated, since it may be anything."""
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'message'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    )
