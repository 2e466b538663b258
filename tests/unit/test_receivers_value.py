"""What makes a receiver: its id, its URL, its headers."""

import pytest

from wirewatch.delivery import (
    Receiver,
    ReceiverError,
    SigningSecret,
    check_header,
    check_receiver_id,
    check_url,
)

SECRETS = (SigningSecret(b"k" * 32),)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must start with https"),
        ("hooks.example/in", "must start with https"),
        ("ftp://hooks.example/", "must start with https"),
        ("//hooks.example/", "must start with https"),
        ("javascript:alert(1)", "must start with https"),
        ("http://hooks.example/", "is http"),
        ("https:///in", "no host"),
        ("https://", "no host"),
        ("https://user@hooks.example/", "user name or password"),
        ("https://user:pass@hooks.example/", "user name or password"),
        ("https://@hooks.example/", "user name or password"),
        ("https://hooks.example\\@127.0.0.1/", "backslash"),
        ("https://hooks.example/a b", "space"),
        (" https://hooks.example/", "space"),
        ("https://hooks.example/\r\nhost: b", "space"),
        ("https://hooks.example/\x00", "control"),
        ("https://hooks.example/\u2028", "space"),
        ("https://hooks.example:99999/", "malformed"),
        ("https://hooks.example:port/", "malformed"),
        ("https://hooks.example:0/", "port is 0"),
        ("https://[::1/", "malformed"),
        ("https://hooks.example:25/", "another service"),
        ("https://hooks.example:22/", "another service"),
        ("https://hooks.example/#part", "fragment"),
        ("https://0x7f000001/", "odd spelling"),
    ],
)
def test_url_that_will_not_do_is_refused_without_being_quoted(url: str, words: str) -> None:
    with pytest.raises(ReceiverError, match=words) as caught:
        check_url(url, allow_http=False)
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example",
        "https://hooks.example:8443/a/b?key=a%20b&c=d",
        "HTTPS://Hooks.Example/",
        "https://192.0.2.7/in",
        "https://[2001:db8::1]:443/",
        "https://bücher.example/",
        "https://1password.example/",
    ],
)
def test_usual_url_will_do(url: str) -> None:
    check_url(url, allow_http=False)


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "connection",
        "webhook-id",
        "Webhook-Signature",
        "webhook-anything",
        "content-type",
        "traceparent",
    ],
)
def test_header_that_wirewatch_sets_is_refused(name: str) -> None:
    with pytest.raises(ReceiverError, match="set by Wirewatch"):
        check_header(name, "x")


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\nb", "ä"])
def test_name_that_is_no_header_is_refused(name: str) -> None:
    with pytest.raises(ReceiverError, match="name"):
        check_header(name, "x")


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\n", "\x00", "é"])
def test_header_value_that_could_break_the_request_is_refused_without_being_quoted(value: str) -> None:
    with pytest.raises(ReceiverError, match="printable ASCII") as caught:
        check_header("x-a", value)
    assert value not in str(caught.value)


@pytest.mark.parametrize("receiver_id", ["", "a b", "-a", "a/b", "ä", "a" * 101, "a\n"])
def test_id_that_will_not_do_is_refused(receiver_id: str) -> None:
    with pytest.raises(ReceiverError, match="an id is"):
        check_receiver_id(receiver_id)


def test_receiver_without_a_secret_is_refused() -> None:
    with pytest.raises(ReceiverError, match="at least one secret"):
        Receiver("a", "https://hooks.example/", ())


@pytest.mark.parametrize(("timeout_seconds", "max_in_flight"), [(0.0, 1), (1.0, 0)])
def test_receiver_that_could_never_be_posted_to_is_refused(timeout_seconds: float, max_in_flight: int) -> None:
    with pytest.raises(ReceiverError, match="above 0"):
        Receiver("a", "https://hooks.example/", SECRETS, (), timeout_seconds, max_in_flight)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://hooks.example/services/T1/B2?key=abc", "https://hooks.example"),
        ("https://hooks.example:8443/", "https://hooks.example:8443"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
    ],
)
def test_endpoint_shows_no_path_and_no_query(url: str, endpoint: str) -> None:
    assert Receiver("a", url, SECRETS).endpoint == endpoint
