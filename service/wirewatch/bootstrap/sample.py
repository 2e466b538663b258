"""A sample alert, and sending it as a real one is sent."""

from datetime import datetime

from wirewatch.alert import Alert, AlertData
from wirewatch.alert.delivery import Delivery
from wirewatch.alert.match_message import ArticleSummary, Hit, RuleSummary, SnippetText
from wirewatch.bootstrap.sender import AnySender
from wirewatch.config import Settings
from wirewatch.delivery import AttemptResult, Receiver
from wirewatch.rule import Severity

__all__ = ["sample_delivery", "send_sample"]

_TITLE = "A sample from Wirewatch: the harbour is open"
_BODY = "This is a test. No ship was late, and the harbour is open."


def sample_delivery(receiver_id: str, unique: str, now: datetime) -> Delivery:
    """Return a delivery of an alert that no article raised; `unique` tells two samples apart."""
    sample_id = f"test_{unique}"
    start = _BODY.index("harbour")
    alert = Alert(
        id=sample_id,
        subject="wirewatch-test",
        time=now,
        data=AlertData(
            rule=RuleSummary(
                id="wirewatch-test",
                revision="000000000000",
                name="Test",
                query="harbour",
                severity=Severity.LOW,
                receivers=(receiver_id,),
            ),
            article=ArticleSummary(id=sample_id, title=_TITLE, source="Wirewatch", language="en", published_at=now),
            hits=(Hit(field="body", start=start, end=start + len("harbour"), text="harbour"),),
            snippets=(SnippetText(field="body", text=_BODY, hits=((start, start + len("harbour")),)),),
            received_at=now,
            matched_at=now,
        ),
    )
    return Delivery(
        alert_id=sample_id,
        receiver=receiver_id,
        alert=alert.model_dump(mode="json", exclude_none=True),
        created_at=now,
    )


async def send_sample(settings: Settings, receiver: Receiver, delivery: Delivery, now: datetime) -> AttemptResult:
    """Make one attempt under the settings' policy of addresses, and return what came of it."""
    async with AnySender(allowed_networks=settings.deliver.allow_networks) as poster:
        return await poster.post(receiver, delivery, (), now)
