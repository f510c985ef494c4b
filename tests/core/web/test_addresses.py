"""Addresses in mails and files, and where one may be led after signing in."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.core.web.addresses import external_url, safe_next
from tests.support.clients import AuditedClient
from tests.support.variants import variant_of


@pytest.mark.parametrize(
    ("language", "address"),
    [
        (None, "https://ville.example.org/participer/consultations/halle"),
        ("fr", "https://ville.example.org/participer/consultations/halle"),
        ("en", "https://ville.example.org/participer/en/consultations/halle"),
    ],
)
def test_addresses_come_from_the_settings(app: Flask, language: str | None, address: str) -> None:
    with variant_of(app, base_url="https://ville.example.org/participer") as other, other.app_context():
        assert external_url("consultations.introduction", language, slug="halle") == address


def test_addresses_never_come_from_the_request(client: AuditedClient) -> None:
    page = client.get("/", headers={"Host": "evil.example.org"}).text
    assert "evil.example.org" not in page


@pytest.mark.parametrize("target", ["/", "/consultations/halle?q=l%27eau#a", "/en/manage/"])
def test_a_local_path_is_safe(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "consultations",
        "https://evil.example.org",
        "//evil.example.org",
        "/\\evil.example.org",
        "/\t/evil.example.org",
        "/a\r\nSet-Cookie: a=b",
        "/a\\b",
        "javascript:alert(1)",
    ],
)
def test_anything_that_could_lead_elsewhere_is_not(target: str | None) -> None:
    assert safe_next(target) is None
