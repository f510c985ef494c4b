"""After a decision: its author is told and may answer once; everybody reads the log, which names nobody."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from consult.accounts.events import PersonErased
from consult.accounts.models import Person
from consult.core.access import Actor, Refused
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.events import emit
from consult.core.mail import OutgoingMail
from consult.moderation import records, reporting
from consult.moderation.models import Answer, ModerationDecision
from consult.moderation.tasks import tell_authors
from consult.moderation.values import Act, Item, Kind, Show
from tests.conftest import NOW
from tests.moderation.acts import FIRST, decide, flag, hold, numbers, queue, report
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

COMMENT = Item(Kind.COMMENT, 1)
ANSWER = "Je parlais du mur, pas de ma voisine."
LATER = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def author(make: Factory) -> Actor:
    return make.person("Claire")


@pytest.fixture
def made(make: Factory, author: Actor) -> Made:
    made = make.consultation(closes_on=date(2026, 3, 12))
    make.comment(made, make.contribution(made, author), author)
    return made


@pytest.fixture
def team(make: Factory, made: Made) -> Actor:
    return make.member(made.organisation_id)


def mails() -> list[OutgoingMail]:
    """What waits to be sent, once the task has written it."""
    tell_authors()
    with transaction() as session:
        found = list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
        session.expunge_all()
    return found


def last_decision() -> int:
    with transaction() as session:
        return session.scalars(select(ModerationDecision.id).order_by(ModerationDecision.id.desc())).first() or 0


def answer(actor: Actor, body: str = ANSWER, now: datetime = NOW) -> None:
    decision_id = last_decision()
    with transaction(write=True) as session:
        reporting.answer_decision(session, actor=actor, decision_id=decision_id, body=body, now=now)


# Mails


def test_the_author_is_told_once_of_each_decision_in_their_language(
    make: Factory, made: Made, team: Actor
) -> None:
    decide(made, team, Act.HIDE, words="Le ton <b>vise</b> quelqu’un.")
    (mail,) = mails()
    assert mail.recipient == "person1@example.org"
    assert mail.language == "fr", "that of the consultation, as the person chose none"
    assert mail.subject == "Votre contribution n’est plus publique"
    assert "Le ton <b>vise</b> quelqu’un." in (mail.text or "")
    assert "&lt;b&gt;vise" in (mail.html or "")
    assert f"/account/decisions/{last_decision()}" in (mail.text or "")
    with transaction(write=True) as session:
        session.execute(update(Person).values(language="en"))
    decide(made, team, Act.RESTORE)
    subjects = [mail.subject for mail in mails()]
    assert subjects == ["Votre contribution n’est plus publique", "Your contribution is public again"]


@pytest.mark.parametrize("item", [FIRST, COMMENT])
def test_every_decision_has_its_mail_and_a_dismissal_has_none(
    make: Factory, made: Made, author: Actor, team: Actor, item: Item
) -> None:
    report(made, make.person(), item)
    decide(made, team, Act.DISMISS, item)
    assert mails() == []
    decide(made, team, Act.HIDE, item)
    assert len(mails()) == 1
    answer(author)
    decide(made, team, Act.UPHOLD, item)
    decide(made, team, Act.RESTORE, item)
    hold(made)
    newcomer = make.person()
    first, second = (make.contribution(made, newcomer) for _ in range(2))
    decide(made, team, Act.REFUSE, Item(Kind.CONTRIBUTION, first))
    decide(made, team, Act.RELEASE, Item(Kind.CONTRIBUTION, second))
    assert all(mail.recipient for mail in mails())
    texts = [re.sub(r"\s+", " ", mail.text or "") for mail in mails()]
    assert len(texts) == 5
    assert "répondre une fois" in texts[0]
    assert "maintient sa décision" in texts[1]
    assert "de nouveau public" in texts[2]
    assert "ne la publie pas" in texts[3]
    assert "il est maintenant public" in texts[4]


def test_nobody_is_written_to_without_an_address(made: Made, author: Actor, team: Actor) -> None:
    decide(made, team, Act.HIDE)
    with transaction(write=True) as session:
        session.execute(update(Person).where(Person.id == author.person_id).values(email=None))
    assert mails() == []
    with transaction() as session:
        assert session.scalars(select(ModerationDecision.to_tell)).all() == [False]


# Answers


@pytest.mark.parametrize("item", [FIRST, COMMENT])
def test_dismissed_reports_take_no_answer_away(
    made: Made, author: Actor, team: Actor, item: Item, client: AuditedClient
) -> None:
    decide(made, team, Act.HIDE, item)
    hidden = last_decision()
    flag(made, item)
    decide(made, team, Act.DISMISS, item)
    with transaction() as session:
        assert records.own_decision(session, decision_id=hidden, person_id=author.person_id).may_answer
    with transaction(write=True) as session:
        reporting.answer_decision(session, actor=author, decision_id=hidden, body=ANSWER, now=NOW)
    flag(made, item)
    decide(made, team, Act.DISMISS, item)
    (waits,) = queue(made, Show.ANSWERED)
    assert waits.answer is not None
    assert waits.answer.body == ANSWER
    client.sign_in(team)
    manage = f"/en/manage/consultations/{made.slug}/moderation/{item.kind.value}s/1"
    assert ANSWER in client.get(manage).get_data(as_text=True)


def test_the_author_answers_once_also_after_the_close_and_the_team_decides_again(
    make: Factory, made: Made, author: Actor, team: Actor
) -> None:
    decide(made, team, Act.HIDE, now=LATER)
    for other in (Actor(), make.person(), team):
        with pytest.raises(NotFound):
            answer(other)
    answer(author, now=LATER)
    with pytest.raises(Refused) as refusal:
        answer(author, now=LATER)
    assert refusal.value.reason == "answered_already"
    (waits,) = queue(made, Show.ANSWERED)
    assert waits.answer is not None
    assert waits.answer.body == ANSWER
    decide(made, team, Act.UPHOLD, now=LATER)
    assert queue(made) == []
    with pytest.raises(Refused) as refusal:
        decide(made, team, Act.UPHOLD, now=LATER)
    assert refusal.value.reason == "nothing_waits"
    with pytest.raises(Refused) as refusal:
        answer(author, now=LATER)
    assert refusal.value.reason == "decision_settled", "what was upheld is not answered once more"
    decide(made, team, Act.RESTORE, now=LATER)
    assert numbers(made, LATER) == (1, 1, 0, 1)


@pytest.mark.parametrize("body", ["", " \u200b", "x" * 2001, "\x00"])
def test_answers_that_do_not_hold(made: Made, author: Actor, team: Actor, body: str) -> None:
    decide(made, team, Act.HIDE)
    with pytest.raises(Invalid):
        answer(author, body)
    assert queue(made) == []


def test_what_was_restored_meanwhile_is_not_answered(made: Made, author: Actor, team: Actor) -> None:
    decide(made, team, Act.HIDE)
    hidden = last_decision()
    decide(made, team, Act.RESTORE)
    with pytest.raises(Refused) as refusal, transaction(write=True) as session:
        reporting.answer_decision(session, actor=author, decision_id=hidden, body=ANSWER, now=NOW)
    assert refusal.value.reason == "decision_settled"


def test_the_page_of_a_decision(
    client: AuditedClient, make: Factory, made: Made, author: Actor, team: Actor
) -> None:
    decide(made, team, Act.HIDE, words="Le ton vise quelqu’un.")
    address = f"/en/account/decisions/{last_decision()}"
    assert client.get(address).location.startswith("/en/sign-in?next=")
    for other in (make.person(), make.member(made.organisation_id)):
        browser = AuditedClient(client.application)
        browser.sign_in(other)
        assert browser.get(address).status_code == 404
        assert browser.send(address, {"body": ANSWER}, page="/en/account").status_code == 404
    client.sign_in(author)
    assert address in client.get("/en/account").get_data(as_text=True)
    page = client.get(address).get_data(as_text=True)
    assert "Le ton vise quelqu’un." in page
    assert team.display_name not in page, "the moderator is not named"
    refused = client.send(address, {"body": ""})
    assert refused.status_code == 422
    assert client.send(address, {"body": ANSWER}).status_code == 303
    assert ANSWER in client.get(address).get_data(as_text=True)
    moderator = AuditedClient(client.application)
    moderator.sign_in(team)
    manage = f"/en/manage/consultations/{made.slug}/moderation"
    assert ANSWER in moderator.get(manage).get_data(as_text=True)
    page = moderator.get(f"{manage}/contributions/1").get_data(as_text=True)
    assert ANSWER in page
    assert "Keep it hidden" in page


def test_an_erased_author_has_answered_nothing(made: Made, author: Actor, team: Actor) -> None:
    decide(made, team, Act.HIDE)
    answer(author)
    with transaction(write=True) as session:
        emit(session, PersonErased(person_id=author.person_id or 0, keep_texts=True, at=NOW))
    with transaction() as session:
        row = session.scalars(select(Answer)).one()
        assert (row.author_id, row.body) == (None, "")


# The public log


def test_the_log_counts_and_lists_without_names_words_or_texts(
    client: AuditedClient, make: Factory, made: Made, author: Actor, team: Actor
) -> None:
    place = f"/en/consultations/{made.slug}"
    assert "No decision so far" in client.get(f"{place}/moderation").get_data(as_text=True)
    decide(made, team, Act.HIDE, words="Des mots pour l’auteur")
    decide(made, team, Act.HIDE, COMMENT)
    report(made, make.person(), Item(Kind.CONTRIBUTION, make.contribution(made, title="Un marché le jeudi")))
    decide(made, team, Act.DISMISS, Item(Kind.CONTRIBUTION, 2))
    decide(made, team, Act.RESTORE, COMMENT, now=LATER)
    page = client.get(f"{place}/moderation").get_data(as_text=True)
    assert "2026-03" in page
    assert "2026-05" in page
    assert "Contribution 1" in page
    assert "Comment 1" in page
    assert "Contribution 2" not in page, "reports are nobody's business"
    for secret in ("Des mots pour", "Claire", team.display_name, "Des ateliers partagés"):
        assert secret not in page, secret
    assert f"{place}/moderation" in client.get(f"{place}/statistics").get_data(as_text=True)
    assert client.get(f"{place}/contributions/1").status_code == 404


def test_the_tombstone_of_a_comment_leads_to_the_log(client: AuditedClient, made: Made, team: Actor) -> None:
    decide(made, team, Act.HIDE, COMMENT)
    page = client.get(f"/en/consultations/{made.slug}/contributions/1").get_data(as_text=True)
    assert "This comment was hidden by the team." in page
    assert f"/en/consultations/{made.slug}/moderation" in page


def test_the_months_are_those_of_the_consultation(made: Made, team: Actor) -> None:
    decide(made, team, Act.HIDE, now=datetime(2026, 4, 30, 22, 30, tzinfo=UTC))
    with transaction() as session:
        log = records.public_log(session, consultation_id=made.id)
    assert [line.month for line in log.counts] == ["2026-05"], "it is after midnight in Paris"


def test_the_log_page_by_page_at_a_constant_cost(made: Made, team: Actor) -> None:
    costs = []
    for times in (1, 30):
        for _time in range(times):
            decide(made, team, Act.HIDE)
            decide(made, team, Act.RESTORE)
        with recorded_statements() as statements, transaction() as session:
            first = records.public_log(session, consultation_id=made.id)
        costs.append(len(statements))
    assert costs == [2, 2]
    with transaction() as session:
        second = records.public_log(session, consultation_id=made.id, after=str(first.after))
    shown = [line.id for line in (*first.lines, *second.lines)]
    assert shown == sorted(shown, reverse=True)
    assert len(set(shown)) == 62
    assert sum(line.times for line in first.counts) == 62
