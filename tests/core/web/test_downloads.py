"""Files that are made before they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from consult.core.db import database_engine
from consult.core.web import downloads
from tests.support.clients import AuditedClient
from tests.support.factories import Factory


@contextmanager
def all_places_taken() -> Iterator[None]:
    """As while two other files are being made."""
    for _place in range(2):
        assert downloads._ADMITTED.acquire(blocking=False)
    try:
        yield
    finally:
        downloads._ADMITTED.release(2)


def held_connections() -> int:
    """How many connections of the pool are in use."""
    return database_engine().pool.checkedout()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def slug(make: Factory) -> str:
    consultation = make.consultation()
    make.contribution(consultation)
    return consultation.slug


def test_no_transaction_waits_for_a_slow_reader(app: Flask, client: AuditedClient, slug: str) -> None:
    before = held_connections()
    answer = client.get(f"/consultations/{slug}/data.zip", buffered=False)
    pieces = answer.iter_encoded()
    assert next(iter(pieces)).startswith(b"PK")
    assert held_connections() == before
    answer.close()


def test_ones_own_data_is_made_before_it_is_sent(app: Flask, client: AuditedClient, make: Factory) -> None:
    client.sign_in(make.person("Claire"))
    before = held_connections()
    answer = client.send("/account/data", buffered=False)
    assert next(iter(answer.iter_encoded())).startswith(b"PK")
    assert held_connections() == before
    answer.close()


def test_a_third_file_at_the_same_moment_has_to_wait(client: AuditedClient, make: Factory, slug: str) -> None:
    client.sign_in(make.person("Claire"))
    with all_places_taken():
        for answer in (client.get(f"/consultations/{slug}/data.zip"), client.send("/account/data")):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "10"
    assert client.get(f"/consultations/{slug}/data.zip").status_code == 200


def test_a_file_that_cannot_be_made_gives_its_place_back(app: Flask) -> None:
    def broken() -> Iterator[bytes]:
        yield b"PK"
        raise MemoryError

    for _time in range(3):
        with pytest.raises(MemoryError):
            downloads.download(broken, name="a.zip", mimetype="application/zip")


def test_its_length_is_told(client: AuditedClient, slug: str) -> None:
    answer = client.get(f"/consultations/{slug}/data.zip")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
