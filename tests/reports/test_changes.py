"""What changed since the close: by day with its effect on the figures, on two pages and in the synthesis."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask_babel import force_locale

from consult.accounts.commands import change_display_name
from consult.audience.commands import count_reader
from consult.consultations.commands import adjust_tally
from consult.consultations.queries import Figures, figures, figures_at, get_consultation
from consult.core import clock
from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.moderation import commands as moderation
from consult.moderation.values import Kind, Reason
from consult.proposals import commands, comments
from consult.proposals.paper import correct_paper_contribution, withdraw_paper_contribution
from consult.proposals.queries import get_contribution
from consult.proposals.rules import prepare_comment, prepare_contribution, prepare_paper, prepare_transcript
from consult.proposals.values import Channel, Stance
from consult.reports.pdf.document import synthesis_source
from consult.reports.presentation import late_days
from consult.reports.queries import changes, synthesis
from consult.reports.queries.changes import changes_since_close
from consult.reports.queries.recount import recount
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

DAY = timedelta(days=1)
AFTER = datetime.fromisoformat("2026-04-02T09:00:00+02:00")
MIDNIGHT = datetime.fromisoformat("2026-04-01T00:00:00+02:00")
TEXT = prepare_contribution("Une autre idée", "Un texte tout à fait assez long.")


def hide(made: Made, actor: Actor, number: int, now: datetime, reason: Reason = Reason.OFF_TOPIC) -> None:
    with transaction(write=True) as session:
        moderation.hide_contribution(
            session, actor=actor, consultation_id=made.id, number=number, reason=reason, words="", now=now
        )


def late(made: Made, now: datetime = AFTER) -> changes.LateChanges:
    with transaction() as session:
        return changes_since_close(session, get_consultation(session, made.slug, actor=VISITOR, now=now))


def shown(made: Made, now: datetime = AFTER) -> Figures:
    with transaction() as session:
        return figures(session, made.id, now)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def made(make: Factory) -> Made:
    """A consultation with two contributions, two supports and one comment, all of while it was open."""
    made = make.consultation()
    for _ in range(2):
        number = make.contribution(made)
        make.support(made, number)
    make.comment(made, 1)
    return made


# Nothing a citizen does


def test_nothing_a_citizen_does_changes_anything_after_the_last_day(make: Factory, made: Made) -> None:
    author, supporter = make.person(), make.person()
    number = make.contribution(made, author)
    make.support(made, number, supporter)
    comment = make.comment(made, number, supporter)
    common = {"consultation_id": made.id, "now": MIDNIGHT}
    before = shown(made, MIDNIGHT)
    acts: dict[str, Callable[..., object]] = {
        "publish": lambda session: commands.publish_contribution(
            session, actor=author, question_number=1, text=TEXT, **common
        ),
        "edit": lambda session: commands.edit_contribution(
            session, actor=author, number=number, question_number=1, text=TEXT, **common
        ),
        "withdraw": lambda session: commands.withdraw_contribution(session, actor=author, number=number, **common),
        "support": lambda session: commands.support_contribution(session, actor=supporter, number=1, **common),
        "un-support": lambda session: commands.withdraw_support(session, actor=supporter, number=number, **common),
        "comment": lambda session: comments.publish_comment(
            session, actor=author, contribution_number=1, stance=Stance.FOR, text=prepare_comment("Oui."), **common
        ),
        "reply": lambda session: comments.publish_comment(
            session, actor=author, contribution_number=number, stance=Stance.NEUTRAL, parent_number=comment,
            text=prepare_comment("Merci."), **common,
        ),
        "withdraw a comment": lambda session: comments.withdraw_comment(
            session, actor=supporter, number=comment, **common
        ),
    }  # fmt: skip
    for name, act in acts.items():
        with transaction(write=True) as session, pytest.raises(Refused, match="consultation_closed"):
            act(session)
        assert shown(made, MIDNIGHT) == before, name
    with transaction(write=True) as session:
        change_display_name(session, actor=author, display_name="Un autre nom")
    with transaction(write=True) as session:
        assert not count_reader(
            session, consultation_id=made.id, day=date(2026, 4, 1), reader_hash="a reader", now=MIDNIGHT
        )
    with transaction() as session:
        kept = get_contribution(session, consultation_id=made.id, number=number, person_id=None)
        assert kept.author == author.display_name, "a published text keeps the name it was published under"
        assert recount(session, made.id, now=MIDNIGHT).agrees
    assert shown(made, MIDNIGHT) == before
    assert not late(made)


@pytest.mark.parametrize("section", ["statistics", "follow-up"])
def test_nothing_is_listed_where_nothing_changed(
    client: AuditedClient, make: Factory, made: Made, section: str
) -> None:
    hide(made, make.member(made.organisation_id), 2, NOW)  # while it was open: moderation as usual
    for now in (NOW, AFTER):
        with clock.frozen_at(now):
            page = client.get(f"/en/consultations/{made.slug}/{section}")
            assert page.status_code == 200
            assert "Changes since the close" not in page.text


# What may change, listed


def test_what_changed_is_listed_with_its_effect(client: AuditedClient, make: Factory, made: Made) -> None:
    manager = make.member(made.organisation_id)
    early = make.paper(made, manager, key="R1")
    at_close = shown(made, MIDNIGHT)
    hide(made, manager, 1, AFTER)
    typed = make.paper(made, manager, key="R2", channel=Channel.MEETING, received_on=date(2026, 3, 31), now=AFTER)
    with transaction(write=True) as session:
        correct_paper_contribution(
            session, actor=manager, consultation_id=made.id, number=early, question_number=None,
            text=prepare_transcript("Garder le pavage", "Oui"),
            facts=prepare_paper(channel=Channel.PAPER, author_name="", author_key="", source="p. 1",
                                received_on=date(2026, 3, 5)),
            now=AFTER + DAY,
        )  # fmt: skip
    with transaction(write=True) as session:
        withdraw_paper_contribution(
            session,
            actor=manager,
            consultation_id=made.id,
            number=typed,
            reason="<b>Doublon</b>",
            now=AFTER + 2 * DAY,
        )
    listed = (
        "4 April 2026 Contribution 4, received at a meeting, was withdrawn: &lt;b&gt;Doublon&lt;/b&gt; "
        "Effect on the figures: −1 participant, −1 contribution. "
        "3 April 2026 Contribution 3, received on paper, was corrected Effect on the figures: none. "
        "2 April 2026 Contribution 1 – Hidden by the team: Unrelated to the consultation "
        "Contribution 4, received at a meeting on 31 Mar 2026, was typed in "
        "Effect on the figures: −2 participants, −1 support, −1 comment."
    )
    with clock.frozen_at(AFTER + 3 * DAY):
        for section in ("statistics", "follow-up"):
            page = client.get(f"/en/consultations/{made.slug}/{section}").text
            assert listed in plain(page), section
            assert f"/contributions/{early}" in page
        visitor = client.get(f"/consultations/{made.slug}/statistics").text
        assert "Changements depuis la clôture" in visitor

    # The days' effects are the whole difference between the figures at the close and now.
    found = late(made, AFTER + 3 * DAY)
    now = shown(made, AFTER + 3 * DAY)
    with transaction() as session:
        assert recount(session, made.id, now=AFTER + 3 * DAY).agrees
        assert figures_at(session, made.id, date(2026, 4, 1)).contributions == at_close.contributions
    for name in ("participants", "contributions", "supports", "comments", "visitors"):
        assert getattr(at_close, name) + sum(getattr(day, name) for day in found.days) == getattr(now, name), name
    assert now.days == at_close.days == 31


def test_comments_and_restorations_are_listed(make: Factory, made: Made) -> None:
    moderator = make.member(made.organisation_id)
    steps = (
        (moderation.hide_comment, Reason.INSULT, AFTER),
        (moderation.restore_comment, Reason.REVIEWED, AFTER + DAY),
    )
    for act, reason, now in steps:
        with transaction(write=True) as session:
            act(session, actor=moderator, consultation_id=made.id, number=1, reason=reason, words="", now=now)
    found = late(made, AFTER + DAY)
    assert [(item.kind, item.number, item.contribution, item.reason) for item in found.decisions] == [
        (Kind.COMMENT, 1, 1, Reason.REVIEWED), (Kind.COMMENT, 1, 1, Reason.INSULT),
    ]  # fmt: skip
    assert [(day.day, day.comments) for day in found.days] == [(date(2026, 4, 3), 1), (date(2026, 4, 2), -1)]


def test_the_synthesis_prints_them(make: Factory, made: Made) -> None:
    def document() -> str:
        with transaction() as session:
            return synthesis_source(synthesis.gather(session, made.slug, AFTER), "en").html

    assert "Changes since the close" not in document()
    hide(made, make.member(made.organisation_id), 1, AFTER)
    printed = plain(document())
    assert "2 April 2026 Contribution 1 – Hidden by the team: Unrelated to the consultation" in printed
    assert printed.count("Changes since the close") == 2, "in the contents, too"


def test_the_list_ends_and_costs_the_same(
    client: AuditedClient, make: Factory, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make.member(made.organisation_id)
    hide(made, manager, 1, AFTER)
    with recorded_statements() as few:
        late(made)
    for number in range(4):
        make.paper(made, manager, received_on=date(2026, 3, 5), now=AFTER + number * DAY)
    hide(made, manager, 2, AFTER)
    with recorded_statements() as many:
        assert len(late(made, AFTER + 5 * DAY).papers) == 4
    assert len(many) == len(few)

    monkeypatch.setattr(changes, "LISTED", 2)
    found = late(made, AFTER + 5 * DAY)
    assert [item.number for item in found.papers] == [6, 5]
    assert found.cut
    with clock.frozen_at(AFTER + 5 * DAY):
        assert "Only the latest" in client.get(f"/en/consultations/{made.slug}/statistics").text


def test_a_day_without_lines_is_a_recount_only_where_nothing_was_cut(
    client: AuditedClient, make: Factory, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    recounted, unlisted = "set right after a recount", "What happened on this day is not listed here."
    manager = make.member(made.organisation_id)
    with transaction(write=True) as session:
        adjust_tally(session, made.id, day=date(2026, 4, 2), visitors=1)
    for number in (1, 2):
        hide(made, manager, number, AFTER + number * DAY)

    def page() -> str:
        with clock.frozen_at(AFTER + 5 * DAY):
            return plain(client.get(f"/en/consultations/{made.slug}/follow-up").text)

    assert f"2 April 2026 The counters were {recounted}" in page()
    assert unlisted not in page()
    monkeypatch.setattr(changes, "LISTED", 1)
    with transaction() as session:
        view = get_consultation(session, made.slug, actor=VISITOR, now=AFTER + 5 * DAY)
        found = changes_since_close(session, view)
        monkeypatch.setattr(changes, "LISTED", 50)
        found = replace(found, days=changes_since_close(session, view).days)
    with force_locale("en"):
        days = {day.label: day.lines[0].text for day in late_days(found, "Europe/Paris", str)}
    assert [text == unlisted for text in days.values()] == [False, True, True]
