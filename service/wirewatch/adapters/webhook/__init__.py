"""Webhooks over HTTP with aiohttp: the poster that delivers them, and a receiver that verifies them."""

from wirewatch.adapters.webhook.poster import WebhookPoster
from wirewatch.adapters.webhook.receiver_server import Answer, ReceivedWebhook, ReceiverServer

__all__ = ["Answer", "ReceivedWebhook", "ReceiverServer", "WebhookPoster"]
