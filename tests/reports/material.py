"""Consultations filled with many rows at once; their counters are then set from the rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from consult.accounts.models import Person
from consult.consultations.models import Question
from consult.core.db import transaction
from consult.proposals.models import Comment, Contribution, Support
from consult.proposals.rules import ContributionText, load_contribution, shuffle_key
from consult.proposals.values import Channel, Stance, Status
from consult.reports.commands import repair
from tests.support.factories import Made

BODY = (
    "Le marché du jeudi attire moins de monde depuis que la halle est fermée.\n\n"
    "- Rouvrir la **grande porte** côté place ;\n- éclairer le passage jusqu’à 22 h ;\n"
    "- prêter les tables aux associations.\n\nLe coût est *modeste* : quelques milliers d’euros."
)
STANCES = (Stance.FOR, Stance.AGAINST, Stance.NEUTRAL)


def fill(
    made: Made,
    *,
    contributions: int,
    now: datetime,
    people: int = 12,
    supports_each: int = 3,
    comments_each: int = 2,
    title: str = "Rouvrir la halle le dimanche matin",
    body: str = BODY,
) -> None:
    """Insert published contributions, each with supports and comments, and set every counter from the rows."""
    with transaction(write=True) as session:
        persons = _people(session, people, now)
        text = load_contribution(title, body)
        ids = _contributions(session, made, contributions, persons=persons, now=now, text=text)
        supports: list[dict[str, Any]] = []
        comments: list[dict[str, Any]] = []
        for position, contribution_id in enumerate(ids):
            several = min(supports_each + position % 4, people - 1) if supports_each else 0
            supports += [
                {
                    "contribution_id": contribution_id,
                    "person_id": persons[(position + 1 + turn) % people],
                    "created_at": now,
                }
                for turn in range(several)
            ]
            comments += [
                {
                    "consultation_id": made.id,
                    "contribution_id": contribution_id,
                    "number": position * comments_each + turn + 1,
                    "stance": STANCES[turn % 3],
                    "author_id": persons[(position + turn) % people],
                    "author_name": f"Habitante {turn}",
                    "body": "Oui, à condition de garder l’accès des secours.",
                    "body_html": "<p>Oui, à condition de garder l’accès des secours.</p>",
                    "created_at": now,
                }
                for turn in range(comments_each)
            ]
        if supports:
            session.execute(insert(Support), supports)
        if comments:
            session.execute(insert(Comment), comments)
        session.flush()
        repair(session, made.id, now=now)


def _people(session: Session, count: int, now: datetime) -> list[int]:
    rows = [{"display_name": f"Habitant {number}", "created_at": now} for number in range(count)]
    return list(session.scalars(insert(Person).returning(Person.id), rows))


def _contributions(
    session: Session, made: Made, count: int, *, persons: list[int], now: datetime, text: ContributionText
) -> list[int]:
    questions = list(
        session.scalars(select(Question.id).where(Question.consultation_id == made.id).order_by(Question.number))
    )
    rows = [
        {
            "consultation_id": made.id,
            "number": number,
            "question_id": questions[number % len(questions)] if questions else None,
            "author_id": persons[number % len(persons)],
            "author_name": f"Habitant {number % len(persons)}",
            "title": f"{text.title} ({number})",
            "body": text.body,
            "body_html": text.body_html,
            "excerpt": text.excerpt,
            "search_text": text.search_text,
            "channel": list(Channel)[number % 3] if number % 5 == 0 else Channel.WEB,
            "status": Status.PUBLISHED,
            "created_at": now - timedelta(hours=count - number),
            "shuffle": shuffle_key(made.slug, number),
        }
        for number in range(1, count + 1)
    ]
    return list(
        session.scalars(insert(Contribution).returning(Contribution.id, sort_by_parameter_order=True), rows)
    )
