"""Makes what tests need, through the same commands as the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from consult.accounts.models import Person
from consult.consultations.commands import add_consultation, mark_published
from consult.consultations.rules import prepare_consultation
from consult.core.access import Actor
from consult.core.db import transaction
from consult.organisations.commands import create_organisation, set_role
from consult.organisations.values import Role
from consult.proposals.commands import publish_contribution, support_contribution
from consult.proposals.comments import publish_comment
from consult.proposals.paper import enter_paper_contribution
from consult.proposals.rules import prepare_comment, prepare_contribution, prepare_paper, prepare_transcript
from consult.proposals.values import Channel, Stance


@dataclass(frozen=True)
class Made:
    """A consultation made for a test."""

    id: int
    slug: str
    organisation_id: int


class Factory:
    """Each method opens a transaction of its own and returns ids or actors."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._numbers = count(1)

    def organisation(self, name: str = "Val-des-Tilleuls", time_zone: str = "Europe/Paris") -> int:
        """An organisation; returns its id."""
        with transaction(write=True) as session:
            return create_organisation(
                session,
                slug=f"organisation-{next(self._numbers)}",
                name=name,
                time_zone=time_zone,
                now=self.now,
            )

    def person(self, name: str = "") -> Actor:
        """A citizen who can sign in (e-mail `personN@example.org`)."""
        number = next(self._numbers)
        with transaction(write=True) as session:
            person = Person(
                email=f"person{number}@example.org", display_name=name or f"Person {number}", created_at=self.now
            )
            session.add(person)
            session.flush()
            return Actor(person_id=person.id, display_name=person.display_name)

    def member(self, organisation_id: int, role: Role = Role.MANAGER) -> Actor:
        """A member of an organisation's team."""
        actor = self.person()
        assert actor.person_id is not None
        with transaction(write=True) as session:
            set_role(session, organisation_id=organisation_id, person_id=actor.person_id, role=role, now=self.now)
        return Actor(
            person_id=actor.person_id, display_name=actor.display_name, roles={organisation_id: role.value}
        )

    def administrator(self) -> Actor:
        """Somebody who runs the platform, without any organisation, like the first account."""
        number = next(self._numbers)
        with transaction(write=True) as session:
            person = Person(
                email=f"admin{number}@example.org",
                display_name=f"Administrator {number}",
                is_administrator=True,
                created_at=self.now,
            )
            session.add(person)
            session.flush()
            return Actor(person_id=person.id, display_name=person.display_name, is_administrator=True)

    def consultation(
        self,
        *,
        opens_on: date = date(2026, 3, 1),
        closes_on: date = date(2026, 3, 31),
        published: bool = True,
        organisation_id: int | None = None,
        **texts: Any,
    ) -> Made:
        """A consultation (open at the suite's `NOW` unless dates say otherwise), with two questions."""
        organisation_id = organisation_id or self.organisation()
        slug = texts.pop("slug", f"consultation-{next(self._numbers)}")
        values: dict[str, Any] = {
            "title": "Quelle place pour la halle ?",
            "summary": "Dites-nous ce que la halle doit devenir.",
            "language": "fr",
            "introduction": "La halle a **cent ans**.",
            "about": "## Extrait\n\nUn extrait.",
            "questions": ("Que faut-il garder ?", "Que faut-il changer ?"),
            **texts,
        }
        text = prepare_consultation(slug=slug, opens_on=opens_on, closes_on=closes_on, **values)
        with transaction(write=True) as session:
            consultation_id = add_consultation(session, organisation_id=organisation_id, text=text, now=self.now)
            if published:
                mark_published(session, consultation_id=consultation_id, now=self.now, demonstration=False)
        return Made(consultation_id, slug, organisation_id)

    def contribution(
        self,
        consultation: Made,
        actor: Actor | None = None,
        *,
        title: str = "Des ateliers partagés",
        body: str = "Ouvrir des ateliers partagés dans la halle, le soir.",
        question: int | None = 1,
    ) -> int:
        """A contribution published through its command; returns its number."""
        text = prepare_contribution(title, body)
        actor = actor or self.person()
        with transaction(write=True) as session:
            return publish_contribution(
                session,
                actor=actor,
                consultation_id=consultation.id,
                question_number=question,
                text=text,
                now=self.now,
            )

    def paper(
        self,
        consultation: Made,
        actor: Actor | None = None,
        *,
        received_on: date = date(2026, 3, 5),
        channel: Channel = Channel.PAPER,
        key: str = "",
        author: str = "Odile P.",
        title: str = "Garder le pavage de la halle",
        body: str = "Le pavage a cent ans, gardez-le.",
        question: int | None = 1,
        token: str = "",
        now: datetime | None = None,
    ) -> int:
        """A contribution on paper typed in through its command; returns its number."""
        text = prepare_transcript(title, body)
        facts = prepare_paper(
            channel=channel,
            author_name=author,
            author_key=key,
            received_on=received_on,
            source="registre de la mairie, p. 12",
        )
        actor = actor or self.member(consultation.organisation_id)
        with transaction(write=True) as session:
            return enter_paper_contribution(
                session,
                actor=actor,
                consultation_id=consultation.id,
                question_number=question,
                text=text,
                facts=facts,
                token=token or f"form {next(self._numbers)}",
                now=now or self.now,
            )

    def support(self, consultation: Made, number: int, actor: Actor | None = None) -> Actor:
        """A support given through its command; returns who gave it."""
        actor = actor or self.person()
        with transaction(write=True) as session:
            support_contribution(
                session, actor=actor, consultation_id=consultation.id, number=number, now=self.now
            )
        return actor

    def comment(
        self,
        consultation: Made,
        number: int,
        actor: Actor | None = None,
        *,
        stance: Stance = Stance.FOR,
        parent: int | None = None,
        body: str = "Très bonne idée.",
    ) -> int:
        """A comment (or a reply) published through its command; returns its number."""
        actor = actor or self.person()
        with transaction(write=True) as session:
            return publish_comment(
                session,
                actor=actor,
                consultation_id=consultation.id,
                contribution_number=number,
                stance=stance,
                text=prepare_comment(body),
                parent_number=parent,
                now=self.now,
            )
