"""A draft and the browser of its manager."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made


@pytest.fixture
def made(make: Factory) -> Made:
    """A draft."""
    return make.consultation(published=False, opens_on=date(2026, 3, 20), closes_on=date(2026, 4, 10))


@pytest.fixture
def manager(client: AuditedClient, make: Factory, made: Made) -> AuditedClient:
    """The browser of a manager of the draft's organisation."""
    client.sign_in(make.member(made.organisation_id))
    return client
