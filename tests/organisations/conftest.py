"""Fixtures of the tests of organisations."""

from __future__ import annotations

import pytest

from consult.core import clock
from tests.accounts.flows import Clock


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Real time, in the hands of the test."""
    held = Clock()
    monkeypatch.setattr(clock, "real_now", held)
    return held
