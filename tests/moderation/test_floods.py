"""Copies of one text: found whoever sends them, flagged together, never blocked, at a constant cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from consult.accounts.events import PersonErased
from consult.core import clock
from consult.core.access import Actor
from consult.core.db import transaction
from consult.core.events import emit
from consult.moderation import floods, shingles, waiting
from consult.moderation.models import Band, SeenText
from consult.moderation.queries import get_item
from consult.moderation.tasks import find_floods
from consult.moderation.values import Act, Item, Kind, Show
from consult.proposals.commands import withdraw_contribution
from tests.conftest import NOW
from tests.moderation.acts import decide, items, numbers, queue, status
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

PETITION = (
    "Nous demandons que la halle reste ouverte aux associations du quartier, chaque soir de la semaine et le "
    "dimanche matin, sans loyer et sans condition de taille, comme le conseil l’avait promis en 2019."
)
OTHER = (
    "Le marché couvert devrait accueillir des producteurs de la vallée, avec une cuisine partagée, des tables "
    "longues, un four à pain et des ateliers pour les enfants pendant les vacances scolaires."
)


@pytest.fixture
def made(make: Factory) -> Made:
    return make.consultation()


def send(make: Factory, made: Made, body: str, author: Actor | None = None) -> Item:
    item = Item(Kind.CONTRIBUTION, make.contribution(made, author, title="Pour la halle", body=body))
    with clock.frozen_at(make.now):
        find_floods()
    return item


def rows(model: type[Band | SeenText]) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_near_identical_texts_share_a_fingerprint_and_others_do_not() -> None:
    copied = shingles.trigrams(PETITION.replace("chaque soir", "tous les soirs") + " Merci !")
    petition, other = shingles.trigrams(PETITION), shingles.trigrams(OTHER)
    assert shingles.likeness(petition, copied) >= shingles.NEAR
    assert set(shingles.fingerprint(petition)) & set(shingles.fingerprint(copied))
    assert shingles.likeness(petition, other) < 0.4
    assert shingles.likeness(petition, shingles.trigrams(PETITION + OTHER * 2)) < shingles.NEAR, "a quotation"
    assert shingles.likeness(frozenset(), frozenset()) == 0
    assert not shingles.says_enough(shingles.trigrams("Très bonne idée, je suis d’accord !"))
    assert all(-(2**63) <= value < 2**63 for value in shingles.fingerprint(petition))


def test_three_people_with_one_text_are_flagged_together_and_stay_public(make: Factory, made: Made) -> None:
    first = send(make, made, PETITION)
    send(make, made, OTHER)
    second = send(make, made, f"{PETITION} Merci.")
    assert queue(made) == []
    third = send(make, made, PETITION.upper())
    assert sorted(item.number for item in items(queue(made, Show.SIMILAR))) == [1, 3, 4]
    assert {entry.alike for entry in queue(made)} == {3}
    assert numbers(made) == (4, 4, 0, 0), "nothing is blocked"
    with transaction() as session:
        text = get_item(session, consultation_id=made.id, kind=third.kind, number=third.number)
        context = waiting.context_of(session, consultation_id=made.id, item=text)
    assert [item.number for item in context.alike] == [first.number, second.number]


def test_one_person_three_times_within_an_hour(make: Factory, made: Made) -> None:
    author = make.person()
    for _time in range(2):
        send(make, made, PETITION, author)
        make.now += timedelta(minutes=61)
    send(make, made, PETITION, author)
    assert queue(made) == [], "one an hour is no flood"
    make.now += timedelta(minutes=5)
    send(make, made, PETITION, author)
    assert queue(made) == []
    make.now += timedelta(minutes=5)
    send(make, made, PETITION, author)
    assert len(queue(made)) == 5, "the whole group is shown"


def test_comments_are_compared_with_contributions(make: Factory, made: Made) -> None:
    send(make, made, OTHER)
    for _time in range(3):
        make.comment(made, 1, body=PETITION)
    find_floods()
    assert [item.kind for item in items(queue(made))] == [Kind.COMMENT] * 3


def test_short_words_and_other_consultations_are_left_alone(make: Factory, made: Made) -> None:
    send(make, made, OTHER)
    for _time in range(4):
        make.comment(made, 1, body="Très bonne idée !")
    for _time in range(3):
        send(make, make.consultation(), PETITION)
    find_floods()
    assert queue(made) == []


def test_what_the_team_left_public_is_not_flagged_again_but_new_copies_are(make: Factory, made: Made) -> None:
    team = make.member(made.organisation_id)
    for _time in range(3):
        send(make, made, PETITION)
    for item in items(queue(made)):
        decide(made, team, Act.DISMISS, item)
    fourth = send(make, made, PETITION)
    assert items(queue(made)) == [fourth]


def test_what_is_hidden_is_not_flagged(make: Factory, made: Made) -> None:
    team = make.member(made.organisation_id)
    first = send(make, made, PETITION)
    decide(made, team, Act.HIDE, first)
    for _time in range(2):
        send(make, made, PETITION)
    assert first not in items(queue(made))
    assert len(queue(made)) == 2
    assert status(made, first).value == "hidden"


@pytest.mark.parametrize("hidden", [0, 1, 2])
def test_what_is_hidden_between_the_comparison_and_its_record_is_not_flagged(
    make: Factory, made: Made, hidden: int
) -> None:
    sent = [send(make, made, PETITION) for _time in range(2)]
    sent.append(Item(Kind.CONTRIBUTION, make.contribution(made, title="Pour la halle", body=PETITION)))
    with transaction() as session:
        compared = floods.compare_next_text(session)
    assert compared is not None
    decide(made, make.member(made.organisation_id), Act.HIDE, sent[hidden])
    with transaction(write=True) as session:
        floods.record_comparison(session, compared, now=NOW)
    assert set(items(queue(made))) == {*sent} - {sent[hidden]}


def test_what_is_withdrawn_or_settled_meanwhile_is_not_flagged(make: Factory, made: Made) -> None:
    author, team = make.person(), make.member(made.organisation_id)
    sent = [send(make, made, PETITION, person) for person in (author, None)]
    numbers_of_more = [make.contribution(made, title="Pour la halle", body=PETITION) for _time in range(2)]
    sent += [Item(Kind.CONTRIBUTION, number) for number in numbers_of_more]
    with transaction() as session:
        compared = floods.compare_next_text(session)
    assert compared is not None
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=author, consultation_id=made.id, number=sent[0].number, now=NOW)
    with transaction(write=True) as session:
        floods.record_comparison(session, compared, now=NOW)
    assert queue(made) == [], "two are no flood"

    with transaction() as session:
        compared = floods.compare_next_text(session)
    assert compared is not None
    with transaction(write=True) as session:  # another worker found and the team settled it meanwhile
        session.execute(
            update(SeenText).where(SeenText.id.in_([item.id for item in compared.like])).values(group_id=1)
        )
    decide(made, team, Act.HIDE, sent[1])
    with transaction(write=True) as session:
        floods.record_comparison(session, compared, now=NOW)
    assert items(queue(made)) == [sent[3]]


def test_fingerprints_go_with_the_text_with_the_person_and_after_a_week(make: Factory, made: Made) -> None:
    authors = [make.person() for _ in range(3)]
    sent = [
        send(make, made, f"{OTHER} {number}" if number else PETITION, author)
        for number, author in enumerate(authors)
    ]
    assert rows(Band) == 3 * shingles.BANDS
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=authors[0], consultation_id=made.id, number=sent[0].number, now=NOW)
        emit(session, PersonErased(person_id=authors[1].person_id or 0, keep_texts=True, at=NOW))
    assert rows(Band) == shingles.BANDS
    with clock.frozen_at(NOW + floods.REMEMBERED + timedelta(hours=1)):
        find_floods()
    assert (rows(Band), rows(SeenText)) == (0, 0)


def test_comparing_costs_the_same_whatever_is_there(make: Factory, made: Made) -> None:
    costs = []
    for before in (3, 12):
        for _time in range(before):
            make.contribution(made, title="Pour la halle", body=PETITION)
        find_floods()
        make.contribution(made, title="Pour la halle", body=PETITION)
        with transaction() as session, recorded_statements() as statements:
            assert floods.compare_next_text(session) is not None
        costs.append(len(statements))
        find_floods()
    assert costs[0] == costs[1] <= 4
