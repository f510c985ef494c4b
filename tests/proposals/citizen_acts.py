"""Everything a citizen can do in a consultation, once as a command and once as a form: tests walk this list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.core.access import Actor
from consult.core.db import transaction
from consult.moderation import reporting
from consult.moderation.values import Item, Kind, Reason
from consult.proposals import commands, comments
from consult.proposals.rules import prepare_comment, prepare_contribution
from consult.proposals.values import Stance
from tests.support.factories import Factory, Made

TEXT = prepare_contribution("Une fontaine sur la place", "De l’eau potable pour tous, été comme hiver.")
OTHER_TEXT = prepare_contribution("Deux fontaines sur la place", "De l’eau potable et fraîche, pour tous.")
WORDS = prepare_comment("Oui, volontiers.")

# What `Scene` holds: its author's contributions and the comments under the first, each for one act.
COMMENTED, TO_WITHDRAW, SUPPORTED = 1, 2, 3
ANSWERED, OWN_COMMENT = 1, 2


@dataclass(frozen=True)
class Scene:
    """An open consultation in which somebody has done everything once."""

    made: Made
    author: Actor


def set_scene(make: Factory, made: Made, author: Actor | None = None) -> Scene:
    """Three contributions and two comments of one author, a support of theirs, at the factory's instant."""
    author = author or make.person()
    for _ in range(2):
        make.contribution(made, author)
    make.contribution(made, make.person())
    make.support(made, SUPPORTED, author)
    for _ in range(2):
        make.comment(made, COMMENTED, author)
    return Scene(made, author)


Command = Callable[[Session, Scene, Actor, datetime], object]


@dataclass(frozen=True)
class Act:
    """One thing to do: the functions it stands for, how to run it, and the form that asks for it.

    `path` is below the consultation's contributions, `rule` the address as the application declares it. Saving a
    draft has no command that could refuse: the pages that offer the form do.
    """

    commands: tuple[str, ...]
    run: Command | None
    rule: str
    path: str
    form: Mapping[str, str]
    done: int = 303
    ends_with_it: bool = True  # what the last midnight puts an end to


def run(act: Act, scene: Scene, actor: Actor, now: datetime) -> None:
    """The act as a command, committed. Raises what the command raises."""
    assert act.run is not None
    with transaction(write=True) as session:
        act.run(session, scene, actor, now)


def _contribute(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    commands.publish_contribution(
        session, actor=actor, consultation_id=scene.made.id, question_number=1, text=TEXT, now=now
    )


def _edit(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    commands.edit_contribution(
        session,
        actor=actor,
        consultation_id=scene.made.id,
        number=COMMENTED,
        question_number=2,
        text=OTHER_TEXT,
        now=now,
    )


def _withdraw(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    commands.withdraw_contribution(
        session, actor=actor, consultation_id=scene.made.id, number=TO_WITHDRAW, now=now
    )


def _support(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    commands.support_contribution(session, actor=actor, consultation_id=scene.made.id, number=COMMENTED, now=now)


def _withdraw_support(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    commands.withdraw_support(session, actor=actor, consultation_id=scene.made.id, number=SUPPORTED, now=now)


def _comment(session: Session, scene: Scene, actor: Actor, now: datetime, parent: int | None = None) -> None:
    comments.publish_comment(
        session,
        actor=actor,
        consultation_id=scene.made.id,
        contribution_number=COMMENTED,
        stance=Stance.NEUTRAL if parent else Stance.FOR,
        text=WORDS,
        parent_number=parent,
        now=now,
    )


def _reply(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    _comment(session, scene, actor, now, parent=ANSWERED)


def _withdraw_comment(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    comments.withdraw_comment(session, actor=actor, consultation_id=scene.made.id, number=OWN_COMMENT, now=now)


def _report(session: Session, scene: Scene, actor: Actor, now: datetime, item: Item | None = None) -> None:
    reporting.report_text(
        session,
        actor=actor,
        consultation_id=scene.made.id,
        item=item or Item(Kind.CONTRIBUTION, COMMENTED),
        reason=Reason.INSULT,
        words="",
        now=now,
    )


def _report_comment(session: Session, scene: Scene, actor: Actor, now: datetime) -> None:
    _report(session, scene, actor, now, Item(Kind.COMMENT, ANSWERED))


ACTS: dict[str, Act] = {
    "contribute": Act(("publish_contribution",), _contribute, "/new/preview", "/new/preview", {}),
    "edit": Act(
        ("edit_contribution",),
        _edit,
        "/<int:number>/edit",
        f"/{COMMENTED}/edit",
        {"question": "2", "title": OTHER_TEXT.title, "body": OTHER_TEXT.body},
    ),
    "withdraw": Act(
        ("withdraw_contribution",), _withdraw, "/<int:number>/withdraw", f"/{TO_WITHDRAW}/withdraw", {}
    ),
    "support": Act(("support_contribution",), _support, "/<int:number>/support", f"/{COMMENTED}/support", {}),
    "withdraw support": Act(
        ("withdraw_support",),
        _withdraw_support,
        "/<int:number>/support/withdraw",
        f"/{SUPPORTED}/support/withdraw",
        {},
    ),
    "comment": Act(
        ("publish_comment",),
        _comment,
        "/<int:number>/comments",
        f"/{COMMENTED}/comments",
        {"stance": "for", "body": WORDS.body},
    ),
    "reply": Act(
        ("publish_comment",),
        _reply,
        "/<int:number>/comments",
        f"/{COMMENTED}/comments",
        {"parent": str(ANSWERED), "body": WORDS.body},
    ),
    "withdraw comment": Act(
        ("withdraw_comment",),
        _withdraw_comment,
        "/<int:number>/comments/<int:comment_number>/withdraw",
        f"/{COMMENTED}/comments/{OWN_COMMENT}/withdraw",
        {},
    ),
    "save draft": Act(("save_draft",), None, "/new", "/new", {"question": "1", "title": TEXT.title}),
    "save draft by script": Act(
        ("save_draft",), None, "/new/draft", "/new/draft", {"title": TEXT.title, "body": TEXT.body}, 200
    ),
    "preview": Act((), None, "/preview", "/preview", {"text": TEXT.body}, 200),
    "report": Act(
        ("report_text",),
        _report,
        "/<int:number>/report",
        f"/{COMMENTED}/report",
        {"reason": "insult"},
        ends_with_it=False,
    ),
    "report comment": Act(
        ("report_text",),
        _report_comment,
        "/<int:number>/comments/<int:comment_number>/report",
        f"/{COMMENTED}/comments/{ANSWERED}/report",
        {"reason": "insult"},
        ends_with_it=False,
    ),
}
# What changes a figure or a text, and therefore ends with the consultation.
ENDING = [name for name, act in ACTS.items() if act.run is not None and act.ends_with_it]
