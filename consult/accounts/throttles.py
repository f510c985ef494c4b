"""Limits of sign-in that survive a restart: attempts counted per account and per network. Part of the commands.

Whoever wants to try calls `allow_attempt` in an `independent_transaction` of its own and goes on only when it
returns: the attempt counts however it ends. Refused attempts are not stored, so a flood writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.accounts.errors import TooManyAttempts
from consult.accounts.models import SignInAttempt
from consult.accounts.policies import can_attempt
from consult.accounts.rules import ACCOUNT_LIMITS, ATTEMPTS_KEPT, NETWORK_LIMITS
from consult.accounts.values import AttemptKind, Limit
from consult.core.db import one_at_a_time


def require_room(
    session: Session,
    *,
    kind: AttemptKind,
    account: str,
    network: str,
    now: datetime,
    also: tuple[Limit, ...] = (),
) -> None:
    """Raises `TooManyAttempts` when a limit is reached; writes nothing, so that a flood is turned away by reading.

    `account` and `network` are keyed hashes (`rules.hashed_account`, `core.networks.hashed_network`); `also`
    limits this account beside what its kind does.
    """
    waits = (
        *_waits(session, ACCOUNT_LIMITS[kind] + also, kind, SignInAttempt.account_hash == account, now),
        *_waits(session, NETWORK_LIMITS[kind], kind, SignInAttempt.network_hash == network, now),
    )
    longest = max(waits, default=timedelta())
    if not can_attempt(longest):
        raise TooManyAttempts(max(ceil(longest.total_seconds()), 1))


def allow_attempt(
    session: Session,
    *,
    kind: AttemptKind,
    account: str,
    network: str,
    now: datetime,
    also: tuple[Limit, ...] = (),
) -> None:
    """Count an attempt, or raise `TooManyAttempts`. Attempts of one account, and of one network, take turns."""
    for name in sorted({f"accounts.attempt {account}", f"accounts.attempt {network}"}):
        one_at_a_time(session, name)
    require_room(session, kind=kind, account=account, network=network, now=now, also=also)
    session.add(SignInAttempt(kind=kind, account_hash=account, network_hash=network, at=now))
    session.flush()


def forgive(session: Session, *, kind: AttemptKind, account: str) -> None:
    """Forget the attempts at an account whose person has just shown that they are themselves."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.kind == kind, SignInAttempt.account_hash == account))


def purge_attempts(session: Session, *, now: datetime) -> None:
    """Delete attempts that no limit looks back to."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - ATTEMPTS_KEPT))


def _waits(
    session: Session, limits: Iterable[Limit], kind: AttemptKind, whose: Any, now: datetime
) -> Iterable[timedelta]:
    """For each limit (1 statement), how long until it has room."""
    for limit in limits:
        since = now - limit.window
        # The attempt that has to grow too old before there is room: the newest but `count - 1`.
        blocking = session.scalar(
            select(SignInAttempt.at)
            .where(SignInAttempt.kind == kind, whose, SignInAttempt.at > since)
            .order_by(SignInAttempt.at.desc())
            .offset(limit.count - 1)
            .limit(1)
        )
        yield blocking - since if blocking is not None else timedelta()
