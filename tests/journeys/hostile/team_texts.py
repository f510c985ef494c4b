"""The texts of teams: what they type in from paper, whom they invite, who belongs to them; and open sessions."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from flask_babel import lazy_gettext

from consult.accounts.errors import BadEmail
from consult.accounts.models import Person
from consult.accounts.rules import normalise_email
from consult.core.access import Actor
from consult.core.web.addresses import external_url
from consult.core.web.letters import write_letter
from consult.organisations import invitations, members
from consult.organisations.commands import set_role
from consult.organisations.rules import INVITATION_LIFETIME, prepare_words
from consult.organisations.values import Role
from consult.proposals import paper
from consult.proposals.rules import prepare_paper, prepare_transcript
from consult.proposals.values import Channel
from tests.journeys.hostile.seeding import FILLING, Seeder

REASONS = 160


def write_team_texts(seeder: Seeder) -> None:
    """All of them, with a browser of the platform's administrator, who sees them all."""
    _type_in_paper(seeder)
    _invite(seeder)
    _people_a_team(seeder)
    _open_sessions(seeder)
    # Last: whose rights change is signed out.
    seeder.seeded.team_token = seeder.session_of(seeder.team)
    administrator = seeder.person("Administration")
    seeder.session.get_one(Person, administrator.person_id).is_administrator = True
    seeder.seeded.administrator_token = seeder.session_of(administrator)
    seeder.seeded.citizen_token = seeder.session_of(seeder.person("Citoyenne"))


def _type_in_paper(seeder: Seeder) -> None:
    """After the close, so that all of it is listed among what changed since; withdrawn in part."""
    seeder.paper_id = seeder.consultation(
        seeder.organisation_id,
        "papier",
        questions=("Laquelle ?",),
        opens_on=seeder.opens_on - timedelta(days=30),
        closes_on=seeder.opens_on,
    )
    entered = [number for text in seeder.texts if (number := _enter(seeder, text)) is not None]
    seeder.seeded.papers = len(entered)
    # Each sentence once, on contributions whose own texts the first half of the list shows already.
    for text in seeder.texts[-REASONS:]:
        number = _enter_peaceful(seeder)
        seeder.seeded.attempt("paper.reason", lambda n=number, t=text: _withdraw(seeder, n, t))


def _enter(seeder: Seeder, text: str) -> int | None:
    entered: list[int] = []

    def enter() -> None:
        entered.append(_typed_in(seeder, text, text + FILLING, text, text))

    fits = seeder.seeded.attempt("paper.title", enter)
    seeder.count("paper.body", "paper.author_name", "paper.author_key", "paper.source", fits=fits)
    return entered[0] if entered else None


def _enter_peaceful(seeder: Seeder) -> int:
    return _typed_in(seeder, "Une lettre", "Ce que dit une lettre.", "", "registre")


def _typed_in(seeder: Seeder, title: str, body: str, author: str, source: str) -> int:
    facts = prepare_paper(
        channel=Channel.PAPER,
        author_name=author,
        author_key=author,
        received_on=seeder.opens_on,
        source=source,
    )
    return paper.enter_paper_contribution(
        seeder.session,
        actor=seeder.team,
        consultation_id=seeder.paper_id,
        question_number=1,
        text=prepare_transcript(title, body),
        facts=facts,
        token=secrets.token_hex(8),
        now=seeder.now,
    )


def _withdraw(seeder: Seeder, number: int, reason: str) -> None:
    paper.withdraw_paper_contribution(
        seeder.session,
        actor=seeder.team,
        consultation_id=seeder.paper_id,
        number=number,
        reason=reason,
        now=seeder.now,
    )


def _invite(seeder: Seeder) -> None:
    """One invitation into each organisation, by somebody whose name is a payload as well."""
    for organisation_id, text in zip(seeder.organisation_ids, seeder.texts, strict=True):
        seeder.seeded.attempt("invitation.words", lambda o=organisation_id, t=text: _write_to(seeder, o, t))


def _write_to(seeder: Seeder, organisation_id: int, text: str) -> None:
    token, email, inviter = secrets.token_urlsafe(), address_with(text), seeder.people[text]
    words, organisation = prepare_words(text), seeder.names.get(organisation_id, "Val-des-Tilleuls")
    invitations.invite(
        seeder.session,
        actor=replace(inviter, is_administrator=True),
        organisation_id=organisation_id,
        email=email,
        role=Role.MANAGER,
        words=words,
        token=token,
        letter=write_letter(
            "invitation",
            recipient=email,
            subject=lazy_gettext("%(organisation)s invites you to its team", organisation=organisation),
            language="fr",
            organisation=organisation,
            role="gestion",
            inviter=inviter.display_name,
            words=words,
            link=external_url("organisations.invitation", "fr", token=token),
            days=INVITATION_LIFETIME.days,
        ),
        now=seeder.now,
    )
    seeder.seeded.invitation_tokens.append(token)


def _people_a_team(seeder: Seeder) -> None:
    """A team whose members are called what they like; its log names each of them twice."""
    organisation_id = seeder.team_id = seeder.organisation("equipe")
    chief = replace(seeder.team, roles={organisation_id: Role.ADMINISTRATOR.value})
    _join(seeder, organisation_id, chief, Role.ADMINISTRATOR)
    for actor in seeder.people.values():
        _join(seeder, organisation_id, actor, Role.MODERATOR)
        assert actor.person_id is not None
        members.change_role(
            seeder.session,
            actor=chief,
            organisation_id=organisation_id,
            person_id=actor.person_id,
            role=Role.MANAGER,
            now=seeder.now,
        )


def _join(seeder: Seeder, organisation_id: int, actor: Actor, role: Role) -> None:
    assert actor.person_id is not None
    set_role(seeder.session, organisation_id=organisation_id, person_id=actor.person_id, role=role, now=seeder.now)


def _open_sessions(seeder: Seeder) -> None:
    """As if a browser's own words for itself were kept, which they are not: see `test_typed_back.py`."""
    for text in seeder.texts:
        seeder.session_of(seeder.author, device=text)
        seeder.count("session.device", fits=True)


def address_with(text: str) -> str:
    """An address with as much of a text in it as an address may hold."""
    beginning = "".join(letter for letter in text if letter in ALLOWED)[:30].strip(".").replace("..", ".")
    try:
        return normalise_email(f"{beginning}{secrets.token_hex(4)}@example.org")
    except BadEmail:
        return normalise_email(f"{secrets.token_hex(8)}@example.org")


# Everything that may stand before an @ without quotation marks.
ALLOWED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."
