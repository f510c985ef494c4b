"""What may be used once is used once, also by two at the same moment, and is forgotten when its time is over."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.core import clock
from consult.core.db import db, independent_transaction, transaction
from consult.core.spent import SpentProof, purge_spent, spend

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def rows() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(SpentProof)) or 0


def test_a_proof_is_used_once(app: Flask) -> None:
    for proof, expected in (("one", True), ("one", False), ("two", True)):
        with transaction(write=True) as session:
            assert spend(session, proof, expires_at=LATER) is expected


@pytest.mark.parametrize("crowd", [2, 8])
def test_of_many_at_the_same_moment_one_is_believed(app: Flask, crowd: int) -> None:
    for number in range(5):
        start, believed = threading.Barrier(crowd), []

        def use(proof: str, start: threading.Barrier = start, believed: list[bool] = believed) -> None:
            with app.app_context():
                start.wait()
                with independent_transaction() as session:
                    believed.append(spend(session, proof, expires_at=LATER))
                db.session.remove()

        threads = [threading.Thread(target=use, args=(f"proof {number}",)) for _ in range(crowd)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(believed) == [False] * (crowd - 1) + [True]


def test_a_proof_is_kept_hashed_and_forgotten_once_nobody_would_accept_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(write=True) as session:
        spend(session, "signature", expires_at=LATER)
        assert "signature" not in session.scalars(select(SpentProof.proof_hash)).one()
    monkeypatch.setattr(clock, "real_now", lambda: LATER - timedelta(seconds=1))
    purge_spent()
    assert rows() == 1
    monkeypatch.setattr(clock, "real_now", lambda: LATER)
    purge_spent()
    assert rows() == 0
