"""The networks that requests come from: as coarse as limits and counts need, nameless where they are kept."""

from __future__ import annotations

import hmac
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network


def network_of(address: str | None) -> str | None:
    """The client's address as far as it tells clients apart: all of IPv4, the /64 of IPv6.

    Within its /64 a device changes its address as it likes. None for what is no address.
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), 64), strict=False).network_address)


def hashed_network(address: str | None, *, key: bytes, purpose: str) -> str:
    """What is kept of a client's network: a keyed hash, another one for each purpose (no two lists join).

    A million IPv4 addresses are soon tried: without the installation's secret key the hash says nothing. Clients
    without an address share one name.
    """
    message = f"network {purpose}\n{network_of(address) or ''}"
    return hmac.new(key, message.encode(), sha256).hexdigest()


def neighbourhood_of(address: str | None) -> str | None:
    """The network around a client's: the /24 of IPv4, the /48 of IPv6 (what a provider gives to one customer)."""
    network = network_of(address)
    if network is None:
        return None
    parsed = ip_address(network)
    size = 48 if isinstance(parsed, IPv6Address) else 24
    return str(ip_network(f"{parsed}/{size}", strict=False))
