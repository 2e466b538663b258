"""Alerts in the formats of services that people use: an alert and a receiver in, a request or a mail out.

The request is posted as any webhook is: the same checks of addresses, the same outcomes, the same retries. What a
receiver of each kind needs stands in `kinds.py`. Texts of articles are never markup: formats that separate text from
style are used where there are any, and escaping where there are none.
"""

from wirewatch.delivery.formats.email import email_message
from wirewatch.delivery.formats.kinds import KIND_OPTIONS, KindOption, check_kind
from wirewatch.delivery.formats.notice import Notice, Run, notice_of
from wirewatch.delivery.formats.requests import Formatted, formatted

__all__ = [
    "KIND_OPTIONS",
    "Formatted",
    "KindOption",
    "Notice",
    "Run",
    "check_kind",
    "email_message",
    "formatted",
    "notice_of",
]
