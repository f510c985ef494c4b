"""The client's address is believed from our own proxies only."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any

import pytest

from consult.core.web.proxies import TrustedProxies

OURS = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def seen_behind(
    address: str, *, forwarded: str = "", scheme: str = "", networks: tuple[Any, ...] = OURS
) -> tuple[str, str]:
    """The address and scheme that the application sees."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start_response: object) -> Iterable[bytes]:
        seen.update(environ)
        return []

    environ = {"REMOTE_ADDR": address, "wsgi.url_scheme": "http"}
    if forwarded:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    if scheme:
        environ["HTTP_X_FORWARDED_PROTO"] = scheme
    TrustedProxies(application, networks)(environ, lambda *_arguments: lambda _data: None)
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


def test_a_stranger_cannot_choose_their_address() -> None:
    assert seen_behind("203.0.113.9", forwarded="192.0.2.1", scheme="https") == ("203.0.113.9", "http")


def test_without_configured_proxies_nobody_is_believed() -> None:
    assert seen_behind("10.0.0.1", forwarded="192.0.2.1", scheme="https", networks=()) == ("10.0.0.1", "http")


def test_our_proxy_is_believed() -> None:
    assert seen_behind("10.0.0.1", forwarded="192.0.2.1", scheme="https") == ("192.0.2.1", "https")


def test_of_a_chain_the_nearest_address_that_is_not_ours_counts() -> None:
    # The first two are what the client itself claimed.
    forwarded = "198.51.100.1, 10.9.9.9, 192.0.2.1, 10.0.0.2"
    assert seen_behind("10.0.0.1", forwarded=forwarded)[0] == "192.0.2.1"


def test_ipv6_proxies_are_believed_too() -> None:
    assert seen_behind("fd00::1", forwarded="2001:db8::7")[0] == "2001:db8::7"


@pytest.mark.parametrize("forwarded", ["", "unknown", "192.0.2.1, evil", "'; DROP TABLE"])
def test_what_is_no_address_changes_nothing(forwarded: str) -> None:
    assert seen_behind("10.0.0.1", forwarded=forwarded)[0] == "10.0.0.1"


@pytest.mark.parametrize("scheme", ["", "ftp", "javascript", "https, http"])
def test_what_is_no_scheme_changes_nothing(scheme: str) -> None:
    assert seen_behind("10.0.0.1", forwarded="192.0.2.1", scheme=scheme)[1] == "http"


def test_a_socket_without_address_is_not_trusted() -> None:
    assert seen_behind("", forwarded="192.0.2.1")[0] == ""
