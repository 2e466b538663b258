"""Standard Webhooks signatures over `{id}.{timestamp}.{body}`: `v1`, HMAC-SHA256, and `v1a`, ed25519.

A receiver may have several keys while they are being rotated; each signs until its own end, and a subscriber who knows
any one of them can verify. Keys are values that never show themselves: not in a repr, not in an error.
"""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wirewatch.errors import WirewatchError

__all__ = [
    "SecretError",
    "SignatureInvalid",
    "SigningKey",
    "SigningKeyPair",
    "SigningSecret",
    "Verifier",
    "VerifyingKey",
    "read_key",
    "read_secret",
    "read_verifier",
    "sign",
    "verify",
]

_SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with, not one
_PRIVATE_PREFIX, _PUBLIC_PREFIX = "whsk_", "whpk_"
_MIN_KEY_BYTES, _MAX_KEY_BYTES = 24, 64
_SEED_BYTES, _PUBLIC_BYTES = 32, 32
_HOW_TO_MAKE_ONE = 'make one with: echo "whsec_$(openssl rand -base64 32)"'


class SecretError(WirewatchError):
    """A text is not a signing secret; the message never quotes it."""


class SignatureInvalid(WirewatchError):  # noqa: N818 - what was found, not what went wrong in us
    """A webhook is not what its sender signed, not signed by them, or too old to be believed."""


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """The key of an HMAC (`v1`), shared with the subscriber; `until` is when it stops signing."""

    key: bytes = field(repr=False)
    until: datetime | None = None
    _begun: hmac.HMAC = field(init=False, repr=False, compare=False)
    """With the key taken in, which is most of the work."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_begun", hmac.new(self.key, digestmod="sha256"))

    def signature(self, content: bytes) -> str:
        """Return the entry of `webhook-signature` for `content`."""
        begun = self._begun.copy()
        begun.update(content)
        return f"v1,{b64encode(begun.digest()).decode('ascii')}"

    def made(self, entry: str, content: bytes) -> bool:
        """Tell whether `entry` is a signature of `content` by this key."""
        return hmac.compare_digest(self.signature(content).encode(), entry.encode())


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """The public half of a `v1a` key: it verifies and can't sign."""

    public: bytes

    def made(self, entry: str, content: bytes) -> bool:
        """Tell whether `entry` is a signature of `content` by the other half."""
        version, _, encoded = entry.partition(",")
        if version != "v1a":
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(b64decode(encoded, validate=True), content)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKeyPair:
    """A private ed25519 key (`v1a`): the subscriber knows only the public half. `until` is when it stops signing."""

    seed: bytes = field(repr=False)
    until: datetime | None = None

    def signature(self, content: bytes) -> str:
        """Return the entry of `webhook-signature` for `content`."""
        return f"v1a,{b64encode(Ed25519PrivateKey.from_private_bytes(self.seed).sign(content)).decode('ascii')}"

    def made(self, entry: str, content: bytes) -> bool:
        """Tell whether `entry` is a signature of `content` by this key."""
        return self.verifying_key.made(entry, content)

    @property
    def verifying_key(self) -> VerifyingKey:
        """The public half."""
        return VerifyingKey(_public_of(self.seed))

    @property
    def public_text(self) -> str:
        """The public half as a subscriber gets it: `whpk_` and base64."""
        return _PUBLIC_PREFIX + b64encode(_public_of(self.seed)).decode("ascii")


SigningKey = SigningSecret | SigningKeyPair
Verifier = SigningKey | VerifyingKey


def read_key(text: str, *, until: datetime | None = None) -> SigningKey:
    """Read a `whsec_` secret, or a `whsk_` key: base64 of an ed25519 seed, alone or followed by its public key.

    Raises:
        SecretError: it is something else.
    """
    text = text.strip()
    if not text.startswith(_PRIVATE_PREFIX):
        return SigningSecret(_secret_bytes(text), until)
    key = _decoded(text, _PRIVATE_PREFIX)
    seed, public = key[:_SEED_BYTES], key[_SEED_BYTES:]
    if len(seed) != _SEED_BYTES or len(public) not in (0, _PUBLIC_BYTES):
        raise SecretError(
            f"{_PRIVATE_PREFIX} is followed by {len(key)} bytes, not 32 (the seed) or 64 (with its public key)"
        )
    if public and public != _public_of(seed):
        raise SecretError(f"the two halves of the {_PRIVATE_PREFIX} key do not belong together")
    return SigningKeyPair(seed, until)


def read_secret(text: str) -> SigningSecret:
    """Read `whsec_` and base64 of 24 to 64 bytes.

    Raises:
        SecretError: it is something else.
    """
    return SigningSecret(_secret_bytes(text.strip()))


def read_verifier(text: str) -> Verifier:
    """Read what a subscriber verifies with: `whsec_`, `whpk_`, or a `whsk_` of their own tests.

    Raises:
        SecretError: it is something else.
    """
    text = text.strip()
    if not text.startswith(_PUBLIC_PREFIX):
        return read_key(text)
    public = _decoded(text, _PUBLIC_PREFIX)
    if len(public) != _PUBLIC_BYTES:
        raise SecretError(f"{_PUBLIC_PREFIX} is followed by {len(public)} bytes, not 32")
    return VerifyingKey(public)


def sign(keys: Sequence[SigningKey], webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: one entry for each key that has not come to its end, in their order.

    `timestamp` is Unix time in whole seconds, as it stands in `webhook-timestamp`; `body` the exact bytes to be sent.
    """
    content = b"%b.%d.%b" % (webhook_id.encode(), timestamp, body)
    valid = (key for key in keys if key.until is None or timestamp < key.until.timestamp())
    return " ".join(key.signature(content) for key in valid)


def verify(
    keys: Sequence[Verifier],
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
        SignatureInvalid: no key of ours made any of the signatures, or the timestamp is too far from now.
    """
    if not webhook_id or not timestamp or not signature:
        raise SignatureInvalid("webhook-id, webhook-timestamp and webhook-signature must all be there")
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise SignatureInvalid("webhook-timestamp is not a number of seconds")
    if abs(now - int(timestamp)) > tolerance_seconds:
        raise SignatureInvalid(f"webhook-timestamp is more than {tolerance_seconds:g} s from now; compare the clocks")
    content = b"%b.%b.%b" % (webhook_id.encode(), timestamp.encode(), body)
    if not any(key.made(entry, content) for key in keys for entry in signature.split()):
        raise SignatureInvalid("no signature was made with a secret known here; compare the secrets")


def _secret_bytes(text: str) -> bytes:
    if not text.startswith(_SECRET_PREFIX):
        raise SecretError(f"a signing secret starts with {_SECRET_PREFIX}; {_HOW_TO_MAKE_ONE}")
    key = _decoded(text, _SECRET_PREFIX)
    if not _MIN_KEY_BYTES <= len(key) <= _MAX_KEY_BYTES:
        raise SecretError(
            f"the secret holds {len(key)} bytes, not {_MIN_KEY_BYTES} to {_MAX_KEY_BYTES}; {_HOW_TO_MAKE_ONE}"
        )
    return key


def _decoded(text: str, prefix: str) -> bytes:
    encoded = text.removeprefix(prefix).rstrip("=")
    try:
        return b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise SecretError(f"what follows {prefix} is not base64; {_HOW_TO_MAKE_ONE}") from None


def _public_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
