"""Puts every payload into every field that people write, through the commands that the forms call."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from consult.accounts import commands as accounts
from consult.accounts.errors import BadName
from consult.accounts.models import Person
from consult.accounts.rules import hash_token, normalise_display_name
from consult.accounts.sessions import LIFETIME, signed_in_data
from consult.consultations.commands import add_consultation, mark_published
from consult.consultations.rules import MAX_NAME, prepare_consultation, prepare_testimony
from consult.core import clock
from consult.core.access import Actor
from consult.core.clock import civil_date
from consult.core.errors import Invalid
from consult.moderation.commands import hide_contribution, restore_contribution
from consult.moderation.rules import MAX_WORDS
from consult.moderation.values import Reason
from consult.organisations.commands import change_identity, create_organisation, set_role
from consult.organisations.rules import prepare_identity
from consult.organisations.values import LegalDetails, Role
from consult.proposals import drafts
from consult.proposals.commands import edit_contribution, publish_contribution, support_contribution
from consult.proposals.comments import publish_comment
from consult.proposals.drafts import DraftOwner, DraftPart
from consult.proposals.rules import prepare_comment, prepare_contribution
from consult.proposals.values import Stance

ROWS = 45
FILLING = "\n\nUn texte assez long pour être une contribution."


@dataclass
class Seeded:
    """Where everything went, and what each field made of the payloads."""

    slugs: list[str] = field(default_factory=list)
    contributions: int = 0
    papers: int = 0
    team_token: str = ""
    administrator_token: str = ""
    citizen_token: str = ""
    author_token: str = ""
    organisation_slugs: list[str] = field(default_factory=list)
    decisions: list[int] = field(default_factory=list)
    invitation_tokens: list[str] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)

    def attempt(self, name: str, write: Callable[[], object]) -> bool:
        """Try to write a field; a refusal that names it is an answer too."""
        self.tried[name] += 1
        try:
            write()
        except (Invalid, BadName):
            return False
        self.stored[name] += 1
        return True


class Seeder:
    """Writes as one team and one citizen after the other; all in one transaction, which is fast."""

    def __init__(self, session: Session, texts: Sequence[str], now: datetime) -> None:
        self.session, self.texts, self.now = session, texts, now
        self.seeded = Seeded()
        self.people: dict[str, Actor] = {}
        self.organisation_ids: list[int] = []
        self.names: dict[int, str] = {}
        self.paper_id = self.team_id = self.quarrel_id = 0
        today = civil_date(now, "Europe/Paris")
        self.opens_on, self.closes_on = today - timedelta(days=3), today + timedelta(days=30)

    @cached_property
    def kept(self) -> list[str]:
        """The texts that a text field takes."""
        return [text for text in self.texts if _is_accepted(text)]

    def everything(self) -> Seeded:
        """All fields; returns where they are shown."""
        self._main_consultation()
        self._consultation_of_each()
        self._rows_of_consultations()
        self._acts()
        self._edits_and_decisions()
        self._draft()
        return self.seeded

    def person(self, name: str = "Claire") -> Actor:
        """Somebody with this name, as far as it can be a name."""
        try:
            shown = normalise_display_name(name)
        except (BadName, Invalid):
            shown = "Claire"
        person = Person(email=f"{secrets.token_hex(6)}@example.org", display_name=shown, created_at=self.now)
        self.session.add(person)
        self.session.flush()
        return Actor(person_id=person.id, display_name=shown)

    def session_of(self, actor: Actor, device: str = "Firefox") -> str:
        """A browser's token for this person."""
        assert actor.person_id is not None
        token, now = secrets.token_urlsafe(32), clock.real_now()
        accounts.store_browser_session(
            self.session,
            browser_id=None,
            token_hash=hash_token(token),
            data=signed_in_data(actor.person_id, second_factor=True, device=device, now=now),
            now=now,
            expires_at=now + LIFETIME,
        )
        return token

    def consultation(self, organisation_id: int, slug: str, **texts: object) -> int:
        """A published consultation; `texts` overrides what it says and when it is."""
        values = {
            "title": "Quelle place pour la halle ?",
            "summary": "Dites-nous.",
            "language": "fr",
            "introduction": "",
            "about": "",
            "opens_on": self.opens_on,
            "closes_on": self.closes_on,
            **texts,
        }
        text = prepare_consultation(
            slug=slug,
            **values,  # type: ignore[arg-type]
        )
        made = add_consultation(self.session, organisation_id=organisation_id, text=text, now=self.now)
        mark_published(self.session, consultation_id=made, now=self.now, demonstration=False)
        self.seeded.slugs.append(slug)
        return made

    def organisation(self, slug: str, name: str = "Val-des-Tilleuls") -> int:
        """An organisation with a plain name."""
        made = create_organisation(self.session, slug=slug, name=name, time_zone="Europe/Paris", now=self.now)
        self.seeded.organisation_slugs.append(slug)
        return made

    def _main_consultation(self) -> None:
        """Long texts hold everything at once; acts go here."""
        self.organisation_id = self.organisation("principale")
        self.author, team = self.person(), self.person("Équipe")
        assert team.person_id is not None
        set_role(
            self.session,
            organisation_id=self.organisation_id,
            person_id=team.person_id,
            role=Role.ADMINISTRATOR,
            now=self.now,
        )
        self.team = Actor(
            person_id=team.person_id,
            display_name="Équipe",
            roles={self.organisation_id: Role.ADMINISTRATOR.value},
        )
        together = "\n\n".join(self.kept)
        self.consultation_id = self.consultation(
            self.organisation_id, "tout", introduction=together, about=together, questions=("Laquelle ?",)
        )
        for name in ("introduction", "about"):
            self.seeded.tried[name] += len(self.texts)
            self.seeded.stored[name] += len(self.kept)

    def _consultation_of_each(self) -> None:
        """Fields that a consultation or an organisation has once: one of each per payload."""
        names = ("title", "summary", "decides", "decided_when", "not_negotiable", "outcome")
        legal = ("legal_name", "postal_address", "publication_director", "host", "data_protection_contact")
        for number, text in enumerate(self.texts):
            organisation_id = self.organisation(f"organisation-{number}")
            self.organisation_ids.append(organisation_id)

            def identity(organisation_id: int = organisation_id, text: str = text) -> None:
                details = LegalDetails(**dict.fromkeys(legal, text))
                prepared = prepare_identity(name=text, accent="", legal=details)
                change_identity(
                    self.session,
                    actor=Actor(person_id=self.team.person_id, is_administrator=True),
                    organisation_id=organisation_id,
                    text=prepared,
                    now=self.now,
                )
                self.names[organisation_id] = prepared.name

            self.count(*legal, fits=self.seeded.attempt("organisation", identity))

            def consultation(
                organisation_id: int = organisation_id, text: str = text, number: int = number
            ) -> None:
                self.consultation(
                    organisation_id,
                    f"consultation-{number}",
                    questions=(text,),
                    outcome_on=self.opens_on,
                    **dict.fromkeys(names, text),
                )

            self.count(*names[1:], fits=self.seeded.attempt("title", consultation))

    def count(self, *names: str, fits: bool) -> None:
        """Fields that are written together with the one that was just tried."""
        for name in names:
            self.seeded.tried[name] += 1
            self.seeded.stored[name] += fits

    def _rows_of_consultations(self) -> None:
        """Testimonies and questions, as many as a consultation takes."""
        kept = self.kept
        parts = ("name", "role", "organisation", "quote", "consent")
        for name in ("question", *(f"testimony.{part}" for part in parts)):
            self.seeded.tried[name] += len(self.texts)
            self.seeded.stored[name] += len(kept)
        for place in range(0, len(kept), ROWS):
            rows = kept[place : place + ROWS]
            testimonies = tuple(
                prepare_testimony(
                    name=text[:MAX_NAME],
                    role=text[:MAX_NAME],
                    organisation=text[:MAX_NAME],
                    quote=text,
                    consent=text,
                )
                for text in rows
            )
            self.consultation(
                self.organisation_id, f"voix-{place}", questions=tuple(rows), testimonies=testimonies
            )

    def _acts(self) -> None:
        """A contribution and a comment per payload, each by somebody who is called so."""
        self._publish(
            "Une contribution tout à fait paisible", "Pour que les autres aient à quoi répondre.", self.author
        )
        for text in self.texts:
            actor = self.people[text] = self.person(text)
            self.count("display_name", fits=actor.display_name != "Claire")
            self.seeded.attempt("contribution.title", lambda t=text, a=actor: self._publish(t, t + FILLING, a))
            self.count("contribution.body", fits=text in self.kept)
            self.seeded.attempt("comment", lambda t=text, a=actor: self._comment(t, a))

    def _publish(self, title: str, body: str, actor: Actor) -> None:
        prepared = prepare_contribution(title, body)
        self.seeded.contributions = publish_contribution(
            self.session,
            actor=actor,
            consultation_id=self.consultation_id,
            question_number=1,
            text=prepared,
            now=self.now,
        )

    def _comment(self, text: str, actor: Actor) -> None:
        prepared = prepare_comment(text)
        publish_comment(
            self.session,
            actor=actor,
            consultation_id=self.consultation_id,
            contribution_number=1,
            stance=Stance.FOR,
            text=prepared,
            now=self.now,
        )

    def _edits_and_decisions(self) -> None:
        """Contribution 1 has had every text; contribution 2 was hidden and restored with every sentence."""
        supporter = self.person()
        support_contribution(
            self.session, actor=supporter, consultation_id=self.consultation_id, number=1, now=self.now
        )
        for text in self.texts:
            self.seeded.attempt("revision", lambda t=text: self._edit(t))
        for text in self.texts[::10]:  # every text decides about a comment in `moderation_texts.py`
            self.seeded.attempt("decision.words", lambda t=text: self._decide(t))
        if self.seeded.stored["decision.words"] % 2:
            self._decide("Elle est de nouveau là.")

    def _edit(self, text: str) -> None:
        prepared = prepare_contribution(f"Version : {text}"[:120], text + FILLING)
        edit_contribution(
            self.session,
            actor=self.author,
            consultation_id=self.consultation_id,
            number=1,
            question_number=1,
            text=prepared,
            now=self.now,
        )

    def _decide(self, text: str) -> None:
        """Hide it, or bring it back."""
        hidden = self.seeded.stored["decision.words"] % 2
        decide = restore_contribution if hidden else hide_contribution
        decide(
            self.session,
            actor=self.team,
            consultation_id=self.consultation_id,
            number=2,
            reason=Reason.OTHER,
            words=text[:MAX_WORDS],
            now=self.now,
        )

    def _draft(self) -> None:
        """A draft of the author with as many payloads as it holds, and browsers of both sides."""
        together = "\n\n".join(self.kept)[:9_000]
        owner = DraftOwner(self.author.person_id, None)
        drafts.save_draft(
            self.session,
            consultation_id=self.consultation_id,
            owner=owner,
            part=DraftPart(1, title='</textarea>"><script>alert(1)</script>', body=together),
            now=self.now,
        )
        self.seeded.tried["draft"] = self.seeded.stored["draft"] = len(self.texts)
        self.seeded.author_token = self.session_of(self.author)


def _is_accepted(text: str) -> bool:
    try:
        prepare_comment(text + FILLING)
    except Invalid:
        return False
    return True
