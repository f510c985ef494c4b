"""The texts of moderation: reports, decisions about comments, what their author answers."""

from __future__ import annotations

from sqlalchemy import select

from consult.moderation.commands import hide_comment
from consult.moderation.models import ModerationDecision
from consult.moderation.reporting import answer_decision, report_text
from consult.moderation.values import Item, Kind, Reason
from consult.proposals.commands import publish_contribution
from consult.proposals.comments import publish_comment
from consult.proposals.rules import prepare_comment, prepare_contribution
from consult.proposals.values import Stance
from tests.journeys.hostile.seeding import FILLING, Seeder


def write_moderation_texts(seeder: Seeder) -> None:
    """Each text reports a contribution; each decides about a comment, and answers the decision."""
    _report(seeder)
    seeder.quarrel_id = seeder.consultation(seeder.organisation_id, "litiges", questions=("Laquelle ?",))
    publish_contribution(
        seeder.session,
        actor=seeder.person("Noé"),
        consultation_id=seeder.quarrel_id,
        question_number=1,
        text=prepare_contribution("Une halle pour tous", "Une halle pour tous les jours de la semaine."),
        now=seeder.now,
    )
    for text in seeder.kept:
        _quarrel(seeder, text)


def _report(seeder: Seeder) -> None:
    """By the same citizen as long as each is about another text; contribution 1 is the quiet one."""
    others = seeder.seeded.contributions - 2
    reporters = [seeder.person("Signaleuse"), seeder.person("Signaleur")]
    for place, text in enumerate(seeder.texts):

        def report(place: int = place, text: str = text) -> None:
            report_text(
                seeder.session,
                actor=reporters[place // others],
                consultation_id=seeder.consultation_id,
                item=Item(Kind.CONTRIBUTION, 3 + place % others),
                reason=Reason.OTHER,
                words=text,
                now=seeder.now,
            )

        seeder.seeded.attempt("report.words", report)


def _quarrel(seeder: Seeder, text: str) -> None:
    number = publish_comment(
        seeder.session,
        actor=seeder.author,
        consultation_id=seeder.quarrel_id,
        contribution_number=1,
        stance=Stance.AGAINST,
        text=prepare_comment(text + FILLING),
        now=seeder.now,
    )
    seeder.count("decision.words", fits=True)
    hide_comment(
        seeder.session,
        actor=seeder.team,
        consultation_id=seeder.quarrel_id,
        number=number,
        reason=Reason.OTHER,
        words=text,
        now=seeder.now,
    )
    decision_id = seeder.session.scalars(
        select(ModerationDecision.id).order_by(ModerationDecision.id.desc())
    ).first()
    assert decision_id is not None
    seeder.seeded.decisions.append(decision_id)

    def answer() -> None:
        answer_decision(seeder.session, actor=seeder.author, decision_id=decision_id, body=text, now=seeder.now)

    # The last one stays without an answer, so that its form is there.
    if text != seeder.kept[-1]:
        seeder.seeded.attempt("answer", answer)
