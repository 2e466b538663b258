"""Where a webhook may connect: addresses of the public internet, and internal networks that an operator opens.

`ipaddress.is_global` is not the measure: it is True for multicast, NAT64, 6to4 and more. The ranges are written out,
so that a new version of Python can't change them.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

__all__ = ["AddressPolicy", "Network"]

Network = IPv4Network | IPv6Network

_IPV4_DENIED = tuple(
    IPv4Network(text)
    for text in (
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
        "168.63.129.16/32",  # a cloud's host, reached from every machine in it
    )
)
_IPV6_PUBLIC = IPv6Network("2000::/3")
_IPV6_DENIED = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """`allowed` opens networks that would be denied; without it only the public internet can be reached."""

    allowed: tuple[Network, ...] = ()

    def permits(self, address: str) -> bool:
        """Tell whether a connection to `address`, the text of an IP address, may be made."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        return any(found in network for network in self.allowed) or _is_public(found)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _IPV4_DENIED)
    return address in _IPV6_PUBLIC and not any(address in network for network in _IPV6_DENIED)
