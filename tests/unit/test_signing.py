"""Standard Webhooks signatures, against the published vector and another implementation of the standard."""

import time
from base64 import b64encode
from datetime import UTC, datetime

import pytest
import standardwebhooks

from wirewatch.delivery import (
    SecretError,
    SignatureInvalid,
    SigningKeyPair,
    SigningSecret,
    read_key,
    read_secret,
    read_verifier,
    sign,
    verify,
)

VECTOR_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
VECTOR_TIMESTAMP = 1614265330
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER_SECRET = "whsec_" + b64encode(b"thirty-two bytes of a secret key").decode()


def _verify(
    secret: str = VECTOR_SECRET,
    *,
    signature: str | None = VECTOR_SIGNATURE,
    timestamp: str | None = str(VECTOR_TIMESTAMP),
    body: bytes = VECTOR_BODY,
    now: float = VECTOR_TIMESTAMP,
) -> None:
    verify((read_secret(secret),), webhook_id=VECTOR_ID, timestamp=timestamp, signature=signature, body=body, now=now)


def test_signature_is_that_of_the_published_vector() -> None:
    assert sign((read_secret(VECTOR_SECRET),), VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY) == VECTOR_SIGNATURE


def test_published_vector_verifies() -> None:
    _verify()


def test_each_of_several_secrets_signs_in_their_order() -> None:
    secrets = (read_secret(OTHER_SECRET), read_secret(VECTOR_SECRET))
    entries = sign(secrets, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY).split(" ")
    assert len(entries) == 2
    assert entries[1] == VECTOR_SIGNATURE


@pytest.mark.parametrize("known", [VECTOR_SECRET, OTHER_SECRET])
@pytest.mark.parametrize("text", ['{"text": "Tōkyō → \\"Séoul\\""}', "{}", '{"text": "日本と韓国"}'])
def test_stock_library_verifies_with_either_secret_while_they_rotate(known: str, text: str) -> None:
    now = int(time.time())
    secrets = (read_secret(OTHER_SECRET), read_secret(VECTOR_SECRET))
    headers = {
        "webhook-id": "alr_x",
        "webhook-timestamp": str(now),
        "webhook-signature": sign(secrets, "alr_x", now, text.encode()),
    }
    standardwebhooks.Webhook(known).verify(text, headers)


def test_secret_may_come_without_padding_or_with_a_line_end() -> None:
    assert read_secret(OTHER_SECRET.rstrip("=") + "\n") == read_secret(OTHER_SECRET)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "starts with whsec_"),
        ("correct-horse-battery-staple", "starts with whsec_"),
        ("whsec_", "0 bytes"),
        ("whsec_c2hvcnQ=", "5 bytes"),
        ("whsec_" + b64encode(bytes(65)).decode(), "65 bytes"),
        ("whsec_not base64 at all!", "not base64"),
        ("whsec_ünïcödé", "not base64"),
    ],
)
def test_what_is_no_secret_is_refused_without_being_quoted(text: str, words: str) -> None:
    with pytest.raises(SecretError, match=words) as caught:
        read_secret(text)
    assert text[6:] == "" or text[6:] not in str(caught.value)


def test_secret_does_not_show_in_its_repr() -> None:
    assert repr(SigningSecret(b"k" * 32)) == "SigningSecret(until=None)"


@pytest.mark.parametrize("late_by", [-301, 301])
def test_old_or_future_timestamp_is_not_believed(late_by: int) -> None:
    with pytest.raises(SignatureInvalid, match="300 s"):
        _verify(now=VECTOR_TIMESTAMP + late_by)


@pytest.mark.parametrize("timestamp", ["yesterday", "1614265330.5", "-1614265330", "٣"])
def test_timestamp_that_is_no_number_is_not_believed(timestamp: str) -> None:
    with pytest.raises(SignatureInvalid, match="number"):
        _verify(timestamp=timestamp)


def test_changed_body_does_not_verify() -> None:
    with pytest.raises(SignatureInvalid, match="no signature"):
        _verify(body=VECTOR_BODY + b" ")


def test_other_secret_does_not_verify() -> None:
    with pytest.raises(SignatureInvalid, match="no signature"):
        _verify(OTHER_SECRET)


@pytest.mark.parametrize("signature", ["v1a," + VECTOR_SIGNATURE[3:], "v1,", "v2", "v1,ünï", VECTOR_SIGNATURE[3:]])
def test_entries_of_other_versions_do_not_verify(signature: str) -> None:
    with pytest.raises(SignatureInvalid, match="no signature"):
        _verify(signature=signature)


def test_known_signature_among_unknown_ones_verifies() -> None:
    _verify(signature=f"v1a,Zm9v v1,Zm9v {VECTOR_SIGNATURE}")


def test_missing_header_does_not_verify() -> None:
    with pytest.raises(SignatureInvalid, match="must all be there"):
        _verify(signature=None)


VECTOR_KEY = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
VECTOR_KEY_SIGNATURE = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="


def test_asymmetric_signature_is_that_of_the_published_vector() -> None:
    assert sign((read_key(VECTOR_KEY),), VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY) == VECTOR_KEY_SIGNATURE


def test_asymmetric_signature_verifies_with_the_public_half_alone() -> None:
    key = read_key(VECTOR_KEY)
    assert isinstance(key, SigningKeyPair)
    verifier = read_verifier(key.public_text)

    def check(body: bytes) -> None:
        verify(
            (verifier,),
            webhook_id=VECTOR_ID,
            timestamp=str(VECTOR_TIMESTAMP),
            signature=VECTOR_KEY_SIGNATURE,
            body=body,
            now=VECTOR_TIMESTAMP,
        )

    check(VECTOR_BODY)
    with pytest.raises(SignatureInvalid):
        check(VECTOR_BODY + b" ")


def test_asymmetric_key_does_not_show_in_its_repr() -> None:
    assert repr(read_key(VECTOR_KEY)) == "SigningKeyPair(until=None)"


@pytest.mark.parametrize("encoded", ["", b64encode(b"k" * 31).decode(), b64encode(b"k" * 64).decode(), "not base64!"])
def test_key_that_is_none_is_refused_without_being_quoted(encoded: str) -> None:
    with pytest.raises(SecretError) as caught:
        read_key("whsk_" + encoded)
    assert not encoded or encoded not in str(caught.value)


def test_rotated_secret_signs_until_its_end() -> None:
    until = datetime.fromtimestamp(VECTOR_TIMESTAMP, UTC)
    keys = (read_key(OTHER_SECRET), read_key(VECTOR_SECRET, until=until))
    assert len(sign(keys, VECTOR_ID, VECTOR_TIMESTAMP - 1, VECTOR_BODY).split(" ")) == 2
    assert len(sign(keys, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY).split(" ")) == 1


def test_both_versions_sign_side_by_side() -> None:
    keys = (read_key(VECTOR_KEY), read_key(VECTOR_SECRET))
    entries = sign(keys, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY)
    assert entries == f"{VECTOR_KEY_SIGNATURE} {VECTOR_SIGNATURE}"
