"""Which addresses a webhook may connect to: every range at its edges."""

from ipaddress import ip_network

import pytest

from wirewatch.delivery import AddressPolicy

PUBLIC_ONLY = AddressPolicy()


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
        "::/8",
        "64:ff9b::/96",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "4000::/3",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ],
)
def test_first_and_last_address_of_a_denied_range_are_denied(network: str) -> None:
    found = ip_network(network)
    assert not PUBLIC_ONLY.permits(str(found[0]))
    assert not PUBLIC_ONLY.permits(str(found[-1]))
    if found.version == 4:
        assert not PUBLIC_ONLY.permits(f"::ffff:{found[-1]}")


@pytest.mark.parametrize(
    "address",
    [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "2000::",
        "2001:200::",
        "2001:db7:ffff::",
        "2003::",
        "2606:4700::1111",
        "3ffe:ffff::",
        "3fff:1000::",
    ],
)
def test_address_next_to_a_denied_range_is_permitted(address: str) -> None:
    assert PUBLIC_ONLY.permits(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0177.0.0.1", "2130706433", "[::1]", "8.8.8.8/32", "8.8.8"])
def test_text_that_is_no_address_is_denied(text: str) -> None:
    assert not PUBLIC_ONLY.permits(text)


@pytest.mark.parametrize("address", ["fe80::1%eth0", "::1%lo", "fe80::1%2000::1"])
def test_zone_of_an_address_changes_nothing(address: str) -> None:
    assert not PUBLIC_ONLY.permits(address)


def test_allowed_network_opens_what_is_in_it_and_its_mapped_spelling() -> None:
    policy = AddressPolicy((ip_network("10.20.0.0/16"), ip_network("fd00::/64")))
    assert policy.permits("10.20.255.255")
    assert policy.permits("::ffff:10.20.0.1")
    assert policy.permits("fd00::7")
    assert not policy.permits("10.21.0.0")
    assert not policy.permits("127.0.0.1")
    assert policy.permits("8.8.8.8")
