"""Fixtures of the tests of accounts."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.core import clock
from tests.accounts.flows import Clock
from tests.support.clients import AuditedClient


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Real time, in the hands of the test."""
    held = Clock()
    monkeypatch.setattr(clock, "real_now", held)
    return held


@pytest.fixture
def another(app: Flask) -> AuditedClient:
    """Somebody else's browser, or the same person's telephone."""
    return AuditedClient(app)
