"""An alert as an e-mail: plain text, and the same in HTML."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery.formats.notice import Notice, Run, notice_of, shortened

__all__ = ["email_message"]

_MAX_SUBJECT = 200


def email_message(delivery: Delivery, *, sender: str, recipients: tuple[str, ...]) -> EmailMessage:
    """Return the message; each attempt has the same Message-ID, by which mail programs know it again.

    Its date is the alert's own: a mail that arrives late says when the alert was.
    """
    notice = notice_of(delivery)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = shortened(f"[{notice.severity}] {notice.headline}", _MAX_SUBJECT)
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(notice.time)
    message["Message-ID"] = f"<{notice.alert_id.replace(':', '.')}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Webhook-Id"] = notice.alert_id
    message.set_content(_plain(notice))
    message.add_alternative(_html(notice), subtype="html")
    return message


def _plain(notice: Notice) -> str:
    paragraphs = (
        f"{notice.rule_name} ({notice.severity})",
        "\n".join(filter(None, (notice.title, notice.byline, notice.url))),
        *("".join(run.text for run in extract) for extract in notice.extracts),
        f"Alert {notice.alert_id}, rule {notice.rule_id}",
    )
    return "\n\n".join(paragraphs) + "\n"


def _html(notice: Notice) -> str:
    title = escape(notice.title)
    linked = f'<a href="{escape(notice.url)}">{title}</a>' if notice.url else title
    extracts = "".join(f"<blockquote>{''.join(_marked(run) for run in each)}</blockquote>" for each in notice.extracts)
    return (
        '<!doctype html><html><head><meta charset="utf-8"></head><body>'
        f"<p>{escape(notice.rule_name)} ({notice.severity})</p>"
        f"<h2>{linked}</h2><p>{escape(notice.byline)}</p>{extracts}"
        f"<p><small>Alert {escape(notice.alert_id)}, rule {escape(notice.rule_id)}</small></p></body></html>\n"
    )


def _marked(run: Run) -> str:
    return f"<b>{escape(run.text)}</b>" if run.bold else escape(run.text)
