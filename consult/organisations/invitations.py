"""Inviting people into a team by mail. Every `now` is real time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from consult.accounts import queries as people
from consult.accounts.rules import hash_token, normalise_email
from consult.core.access import Actor, require
from consult.core.errors import NotFound
from consult.core.mail import Letter, queue_mail
from consult.organisations import policies
from consult.organisations.commands import set_role
from consult.organisations.errors import InvitationRefused
from consult.organisations.members import lock_team, note
from consult.organisations.models import Invitation, Membership, TeamEntry
from consult.organisations.rules import INVITATION_LIFETIME, prepare_words
from consult.organisations.values import Role, TeamAct

_DAY = timedelta(days=1)


def invite(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    email: str,
    role: Role,
    words: str,
    token: str,
    letter: Letter,
    now: datetime,
) -> None:
    """Ask the holder of an address into a team: only the hash of the letter's token is stored.

    Nothing here tells whether the address has an account. Raises `Refused`, `NotFound`, `Invalid`.
    """
    actor = lock_team(session, actor=actor, organisation_id=organisation_id)
    email, words = normalise_email(email), prepare_words(words)
    purge_expired(session, now=now)
    require(
        policies.can_invite(
            actor,
            organisation_id=organisation_id,
            pending=_pending(session, organisation_id),
            letters_today=_letters_today(session, organisation_id, now),
        )
    )
    _check_address(session, organisation_id, email)
    session.add(
        Invitation(
            organisation_id=organisation_id,
            email=email,
            role=role,
            token_hash=hash_token(token),
            invited_by=actor.person_id,
            words=words,
            created_at=now,
            expires_at=now + INVITATION_LIFETIME,
        )
    )
    note(
        session,
        TeamAct.INVITED,
        organisation_id=organisation_id,
        actor_id=actor.person_id,
        role=role,
        at=now,
    )
    queue_mail(session, letter, now=now)
    session.flush()


def send_again(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    invitation_id: int,
    token: str,
    letter: Letter,
    now: datetime,
) -> None:
    """Write an invitation anew: its seven days begin again, its earlier link no longer works.

    Raises `Refused`, `NotFound`.
    """
    actor = lock_team(session, actor=actor, organisation_id=organisation_id)
    require(policies.can_manage_team(actor, organisation_id=organisation_id))
    invitation = _invitation(session, organisation_id, invitation_id, now)
    require(
        policies.can_send_again(
            actor,
            organisation_id=organisation_id,
            letters=invitation.letters,
            letters_today=_letters_today(session, organisation_id, now),
        )
    )
    invitation.token_hash = hash_token(token)
    invitation.letters += 1
    invitation.expires_at = now + INVITATION_LIFETIME
    note(
        session,
        TeamAct.SENT_AGAIN,
        organisation_id=organisation_id,
        actor_id=actor.person_id,
        role=invitation.role,
        at=now,
    )
    queue_mail(session, letter, now=now)
    session.flush()


def revoke(session: Session, *, actor: Actor, organisation_id: int, invitation_id: int, now: datetime) -> None:
    """Take an invitation back: its link no longer works, its address is forgotten.

    Raises `Refused`, `NotFound`.
    """
    actor = lock_team(session, actor=actor, organisation_id=organisation_id)
    require(policies.can_manage_team(actor, organisation_id=organisation_id))
    invitation = _invitation(session, organisation_id, invitation_id, now)
    note(
        session,
        TeamAct.REVOKED,
        organisation_id=organisation_id,
        actor_id=actor.person_id,
        role=invitation.role,
        at=now,
    )
    session.delete(invitation)
    session.flush()


def accept(
    session: Session,
    *,
    actor: Actor,
    invitation_id: int,
    now: datetime,
    except_browser_id: int | None = None,
) -> None:
    """Join the team that the actor's address was invited to; their sessions end, but for the one named.

    An invitation to another address and one that does not exist are refused alike. Raises `Refused`.
    """
    person = people.get_person(session, actor.person_id) if actor.person_id is not None else None
    invitation = _sent_to(session, invitation_id, person.email if person else None, now)
    if invitation is not None:
        lock_team(session, actor=actor, organisation_id=invitation.organisation_id)
        invitation = _sent_to(session, invitation_id, invitation.email, now)  # nobody was faster
    require(policies.can_accept(actor, holds_address=invitation is not None))
    if invitation is None or person is None:
        raise NotFound
    session.delete(invitation)
    if session.get(Membership, (invitation.organisation_id, person.id)) is None:
        set_role(
            session,
            organisation_id=invitation.organisation_id,
            person_id=person.id,
            role=invitation.role,
            now=now,
            actor_id=person.id,
            except_browser_id=except_browser_id,
        )
    session.flush()


def purge_expired(session: Session, *, now: datetime) -> None:
    """Forget the invitations whose time is over, with their addresses."""
    session.execute(delete(Invitation).where(Invitation.expires_at <= now))


def _invitation(session: Session, organisation_id: int, invitation_id: int, now: datetime) -> Invitation:
    found = session.get(Invitation, invitation_id)
    if found is None or found.organisation_id != organisation_id or found.expires_at <= now:
        raise NotFound
    return found


def _sent_to(session: Session, invitation_id: int, email: str | None, now: datetime) -> Invitation | None:
    return session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.email == email, Invitation.expires_at > now)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _check_address(session: Session, organisation_id: int, email: str) -> None:
    person = people.person_by_email(session, email)
    if person is not None and session.get(Membership, (organisation_id, person.id)) is not None:
        raise InvitationRefused("already_member")
    waiting = select(Invitation.id).where(Invitation.organisation_id == organisation_id, Invitation.email == email)
    if session.scalar(waiting) is not None:
        raise InvitationRefused("already_invited")


def _pending(session: Session, organisation_id: int) -> int:
    return _count(session, select(Invitation.id).where(Invitation.organisation_id == organisation_id))


def _letters_today(session: Session, organisation_id: int, now: datetime) -> int:
    return _count(
        session,
        select(TeamEntry.id).where(
            TeamEntry.organisation_id == organisation_id,
            TeamEntry.act.in_((TeamAct.INVITED, TeamAct.SENT_AGAIN)),
            TeamEntry.at > now - _DAY,
        ),
    )


def _count(session: Session, rows: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
