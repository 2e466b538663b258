"""E-mail: one attempt in, the facts of it out, as with webhooks and under the same policy of addresses."""

from wirewatch.adapters.smtp.poster import MailPoster

__all__ = ["MailPoster"]
