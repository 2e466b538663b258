"""Standard Webhooks signatures, version `v1`: HMAC-SHA256 over `{id}.{timestamp}.{body}`.

A receiver may have several secrets while they are being rotated; each signs, and a subscriber who knows any one of
them can verify. Secrets are values that never show themselves: not in a repr, not in an error.
"""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from wirewatch.errors import WirewatchError

__all__ = ["SecretError", "SignatureInvalid", "SigningSecret", "read_secret", "sign", "verify"]

_SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with, not one
_MIN_KEY_BYTES, _MAX_KEY_BYTES = 24, 64
_HOW_TO_MAKE_ONE = 'make one with: echo "whsec_$(openssl rand -base64 32)"'


class SecretError(WirewatchError):
    """A text is not a signing secret; the message never quotes it."""


class SignatureInvalid(WirewatchError):  # noqa: N818 - what was found, not what went wrong in us
    """A webhook is not what its sender signed, not signed by them, or too old to be believed."""


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """The key of an HMAC."""

    key: bytes = field(repr=False)


def read_secret(text: str) -> SigningSecret:
    """Read `whsec_` and base64 of 24 to 64 bytes.

    Raises:
        SecretError: it is something else.
    """
    text = text.strip()
    if not text.startswith(_SECRET_PREFIX):
        raise SecretError(f"a signing secret starts with {_SECRET_PREFIX}; {_HOW_TO_MAKE_ONE}")
    encoded = text.removeprefix(_SECRET_PREFIX).rstrip("=")
    try:
        key = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise SecretError(f"what follows {_SECRET_PREFIX} is not base64; {_HOW_TO_MAKE_ONE}") from None
    if not _MIN_KEY_BYTES <= len(key) <= _MAX_KEY_BYTES:
        raise SecretError(
            f"the secret holds {len(key)} bytes, not {_MIN_KEY_BYTES} to {_MAX_KEY_BYTES}; {_HOW_TO_MAKE_ONE}"
        )
    return SigningSecret(key)


def sign(secrets: Sequence[SigningSecret], webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: one entry for each secret, in their order.

    `timestamp` is Unix time in whole seconds, as it stands in `webhook-timestamp`; `body` the exact bytes to be sent.
    """
    content = b"%b.%d.%b" % (webhook_id.encode(), timestamp, body)
    return " ".join(f"v1,{b64encode(_digest(secret, content)).decode('ascii')}" for secret in secrets)


def verify(
    secrets: Sequence[SigningSecret],
    *,
    webhook_id: str | None,
    timestamp: str | None,
    signature: str | None,
    body: bytes,
    now: float,
    tolerance_seconds: float = 300,
) -> None:
    """Check a webhook as its receiver; the three texts are the headers as received, `now` is Unix time.

    Raises:
        SignatureInvalid: no secret of ours made any of the signatures, or the timestamp is too far from now.
    """
    if not webhook_id or not timestamp or not signature:
        raise SignatureInvalid("webhook-id, webhook-timestamp and webhook-signature must all be there")
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise SignatureInvalid("webhook-timestamp is not a number of seconds")
    if abs(now - int(timestamp)) > tolerance_seconds:
        raise SignatureInvalid(f"webhook-timestamp is more than {tolerance_seconds:g} s from now; compare the clocks")
    content = b"%b.%b.%b" % (webhook_id.encode(), timestamp.encode(), body)
    given = [entry.removeprefix("v1,").encode() for entry in signature.split() if entry.startswith("v1,")]
    for secret in secrets:
        expected = b64encode(_digest(secret, content))
        if any(hmac.compare_digest(expected, entry) for entry in given):
            return
    raise SignatureInvalid("no signature was made with a secret known here; compare the secrets")


def _digest(secret: SigningSecret, content: bytes) -> bytes:
    return hmac.digest(secret.key, content, "sha256")
