"""The moderation list: newest first, both kinds together, page after page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.moderation import queries
from consult.moderation.commands import hide_comment, hide_contribution
from consult.moderation.queries import ModerationItem
from consult.moderation.values import Act, Kind, Reason
from consult.proposals.values import Status
from tests.conftest import NOW
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements


def read(made: Made, *, hidden_only: bool = False) -> tuple[list[ModerationItem], int]:
    """Every item through the pages, and how many pages there were."""
    items: list[ModerationItem] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        with transaction() as session:
            page = queries.list_items(session, consultation_id=made.id, hidden_only=hidden_only, after=after)
        items.extend(page.items)
        after, pages = page.after, pages + 1
        assert pages < 50
    return items, pages


def fill(make: Factory, made: Made, contributions: int, comments_each: int) -> None:
    """Write contributions with comments, a minute apart."""
    for _number in range(contributions):
        number = make.contribution(made)
        make.now += timedelta(minutes=1)
        for _comment in range(comments_each):
            make.comment(made, number)
            make.now += timedelta(minutes=1)


@pytest.mark.parametrize(
    ("contributions", "comments_each"), [(0, 0), (1, 0), (20, 0), (21, 0), (1, 25), (15, 2), (22, 1)]
)
def test_pages_show_everything_once_newest_first(make: Factory, contributions: int, comments_each: int) -> None:
    made = make.consultation()
    fill(make, made, contributions, comments_each)
    fill(make, make.consultation(), 1, 1)
    items, pages = read(made)
    total = contributions * (1 + comments_each)
    assert len({(item.kind, item.number) for item in items}) == len(items) == total
    assert [item.created_at for item in items] == sorted((item.created_at for item in items), reverse=True)
    assert pages == max(1, -(-total // queries.PAGE_SIZE))


def test_what_is_written_between_two_pages_neither_doubles_nor_hides_anything(make: Factory) -> None:
    made = make.consultation()
    fill(make, made, 12, 1)
    with transaction() as session:
        first = queries.list_items(session, consultation_id=made.id)
    fill(make, made, 3, 1)
    with transaction() as session:
        second = queries.list_items(session, consultation_id=made.id, after=first.after)
    assert len({(item.kind, item.number) for item in (*first.items, *second.items)}) == 24
    assert second.after is None


@pytest.mark.parametrize("cursor", ["x", "3", "1-2-3", "-", "²-1", "9" * 30 + "-1", "1--2"])
def test_a_cursor_that_cannot_be_read_starts_at_the_beginning(make: Factory, cursor: str) -> None:
    made = make.consultation()
    fill(make, made, 1, 1)
    with transaction() as session:
        assert len(queries.list_items(session, consultation_id=made.id, after=cursor).items) == 2


def test_the_hidden_ones_with_reason_and_moderator(make: Factory) -> None:
    made = make.consultation()
    moderator = make.member(made.organisation_id)
    fill(make, made, 2, 2)
    with transaction(write=True) as session:
        values = {"actor": moderator, "consultation_id": made.id, "words": "Charte", "now": NOW}
        hide_comment(session, number=2, reason=Reason.INSULT, **values)
        hide_contribution(session, number=2, reason=Reason.OFF_TOPIC, **values)
    items, _pages = read(made, hidden_only=True)
    assert [(item.kind, item.number) for item in items] == [(Kind.CONTRIBUTION, 2), (Kind.COMMENT, 2)]
    for item in items:
        assert item.status is Status.HIDDEN
        assert item.offered == (Act.RESTORE,)
        assert item.decisions[0].moderator == moderator.display_name
        assert item.decisions[0].words == "Charte"
    everything, _pages = read(made)
    below = [item for item in everything if item.kind is Kind.COMMENT and item.contribution_number == 2]
    assert len(below) == 2
    assert not any(item.above_stands for item in below)
    assert all(item.above_stands for item in everything if item.contribution_number == 1)


def test_a_comment_comes_with_its_context(make: Factory) -> None:
    made = make.consultation()
    number = make.contribution(made, title="Un marché le jeudi")
    first = make.comment(made, number)
    reply = make.comment(made, number, parent=first, body="Je **réponds**.")
    with transaction() as session:
        item = queries.get_item(session, consultation_id=made.id, kind=Kind.COMMENT, number=reply)
        with pytest.raises(NotFound):
            queries.get_item(session, consultation_id=made.id, kind=Kind.COMMENT, number=99)
        with pytest.raises(NotFound):
            queries.get_item(session, consultation_id=made.id, kind=Kind.CONTRIBUTION, number=99)
    assert (item.title, item.contribution_number, item.replies_to) == ("Un marché le jeudi", number, first)
    assert item.excerpt == "Je réponds."


def test_a_page_costs_the_same_whatever_its_size(make: Factory) -> None:
    made = make.consultation()
    counts = []
    for _round in range(2):
        fill(make, made, 1 if not counts else 12, 1)
        with recorded_statements() as statements, transaction() as session:
            queries.list_items(session, consultation_id=made.id)
        counts.append(len(statements))
    assert counts == [3, 3]
