"""What is left of a client's address."""

from __future__ import annotations

import pytest

from consult.core.networks import hashed_network, network_of


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", None),
        (None, None),
        ("unix:", None),
    ],
)
def test_an_address_is_kept_as_far_as_it_tells_clients_apart(address: str | None, kept: str | None) -> None:
    assert network_of(address) == kept


def test_a_hashed_network_names_no_address_and_needs_the_key() -> None:
    known = hashed_network("2001:db8:1:2::7", key=b"key", purpose="sign-in")
    assert hashed_network("2001:db8:1:2:ffff::1", key=b"key", purpose="sign-in") == known
    others = {
        hashed_network("2001:db8:1:3::7", key=b"key", purpose="sign-in"),
        hashed_network("2001:db8:1:2::7", key=b"other", purpose="sign-in"),
        hashed_network("2001:db8:1:2::7", key=b"key", purpose="reports"),
        hashed_network(None, key=b"key", purpose="sign-in"),
    }
    assert known not in others
    assert len(others) == 4
    assert len(known) == 64
