"""Work of moderation that nobody waits for: mails to authors, copies found."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from consult.accounts.queries import wants_mail
from consult.accounts.values import MailKind
from consult.core import clock
from consult.core.db import transaction
from consult.core.mail import queue_mail
from consult.core.web.addresses import external_url
from consult.core.web.letters import write_letter
from consult.moderation import floods
from consult.moderation.commands import mark_told
from consult.moderation.messages import REASONS
from consult.moderation.records import DecisionToTell, decisions_to_tell
from consult.moderation.values import Act, Kind
from consult.proposals.values import Status

AT_ONCE = 20
# So many texts are compared in one run; the next one goes on.
COMPARED = 500
_SUBJECTS: dict[tuple[Kind, Act], LazyString] = {
    (Kind.CONTRIBUTION, Act.HIDE): _l("Your contribution is no longer public"),
    (Kind.CONTRIBUTION, Act.REFUSE): _l("Your contribution is not published"),
    (Kind.CONTRIBUTION, Act.UPHOLD): _l("Your contribution stays hidden"),
    (Kind.CONTRIBUTION, Act.RESTORE): _l("Your contribution is public again"),
    (Kind.CONTRIBUTION, Act.RELEASE): _l("Your contribution is published"),
    (Kind.COMMENT, Act.HIDE): _l("Your comment is no longer public"),
    (Kind.COMMENT, Act.REFUSE): _l("Your comment is not published"),
    (Kind.COMMENT, Act.UPHOLD): _l("Your comment stays hidden"),
    (Kind.COMMENT, Act.RESTORE): _l("Your comment is public again"),
    (Kind.COMMENT, Act.RELEASE): _l("Your comment is published"),
}


def tell_authors() -> None:
    """Write to the authors of texts about which something was decided; who has no address reads it nowhere."""
    while True:
        with transaction(write=True) as session:
            due = decisions_to_tell(session, AT_ONCE)
            for item in due:
                _tell(session, item)
            mark_told(session, [item.decision.id for item in due])
        if len(due) < AT_ONCE:
            return


def find_floods() -> None:
    """Compare new texts with those of the last days; forget the fingerprints of older ones."""
    for _text in range(COMPARED):
        with transaction() as session:
            compared = floods.compare_next_text(session)
        if compared is None:
            break
        with transaction(write=True) as session:
            floods.record_comparison(session, compared, now=clock.now())
    with transaction(write=True) as session:
        floods.forget_old_texts(session, now=clock.now())


def _tell(session: Session, item: DecisionToTell) -> None:
    if item.email is None or not wants_mail(session, item.person_id or 0, MailKind.MODERATION):
        return
    decision = item.decision
    language = item.language or decision.language
    letter = write_letter(
        "moderation",
        recipient=item.email,
        subject=_SUBJECTS[decision.kind, decision.act],
        language=language,
        decision=decision,
        act=decision.act.value,
        of_comment=decision.kind is Kind.COMMENT,
        reason=REASONS[decision.reason],
        page_url=external_url("moderation.decision", language, decision_id=decision.id),
        public_url=external_url(
            "proposals.show", language, slug=decision.slug, number=decision.contribution_number
        )
        if decision.act in {Act.RESTORE, Act.RELEASE} and decision.status is Status.PUBLISHED
        else None,
    )
    queue_mail(session, letter, now=clock.real_now())
