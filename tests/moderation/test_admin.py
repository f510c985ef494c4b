"""The team's pages of moderation."""

from __future__ import annotations

from datetime import date

import pytest

from consult.consultations import queries as consultations
from consult.core.access import VISITOR, Actor
from consult.core.db import transaction
from consult.moderation.values import Kind
from consult.organisations.values import Role
from consult.proposals.commands import withdraw_contribution
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made


def index(made: Made) -> str:
    return f"/en/manage/consultations/{made.slug}/moderation"


@pytest.fixture
def made(make: Factory) -> Made:
    """An open consultation with one contribution and one comment, both number 1."""
    made = make.consultation()
    make.comment(made, make.contribution(made))
    return made


@pytest.fixture
def moderator(client: AuditedClient, make: Factory, made: Made) -> AuditedClient:
    """The browser of a moderator."""
    client.sign_in(make.member(made.organisation_id, Role.MODERATOR))
    return client


@pytest.mark.parametrize("published", [True, False])
def test_who_reaches_the_pages(client: AuditedClient, make: Factory, made: Made, published: bool) -> None:
    if not published:
        made = make.consultation(published=False)
    people: dict[str, tuple[Actor | None, int]] = {
        "visitor": (None, 302),
        "citizen": (make.person(), 403),
        "moderator": (make.member(made.organisation_id, Role.MODERATOR), 200),
        "manager": (make.member(made.organisation_id), 200),
        "administrator": (make.member(made.organisation_id, Role.ADMINISTRATOR), 200),
        "other_team": (make.member(make.organisation(), Role.ADMINISTRATOR), 403 if published else 404),
        "platform": (make.administrator(), 200),
    }
    for name, (actor, expected) in people.items():
        browser = AuditedClient(client.application)
        if actor is not None:
            browser.sign_in(actor)
        assert browser.get(index(made)).status_code == expected, name
        if published:
            for page in ("contributions/1", "comments/1"):
                assert browser.get(f"{index(made)}/{page}").status_code == expected, name


def test_an_empty_list_says_so(moderator: AuditedClient, make: Factory, made: Made) -> None:
    empty = make.consultation(organisation_id=made.organisation_id)
    assert "Nothing waits" in moderator.get(index(empty)).get_data(as_text=True)
    assert "Nothing to moderate yet" in moderator.get(f"{index(empty)}?show=everything").get_data(as_text=True)
    assert "Nothing is hidden" in moderator.get(f"{index(made)}?show=hidden").get_data(as_text=True)


@pytest.mark.parametrize("kind", list(Kind))
def test_hiding_and_restoring_from_the_list(moderator: AuditedClient, made: Made, kind: Kind) -> None:
    address = f"{index(made)}/{kind.value}s/1"
    assert address in moderator.get(f"{index(made)}?show=everything").get_data(as_text=True)
    hidden = moderator.send(address, {"act": "hide", "reason": "insult", "words": "Vise une personne"})
    assert (hidden.status_code, hidden.location) == (303, address)
    page = moderator.get(address).get_data(as_text=True)
    assert "This is hidden now." in page
    assert "Vise une personne" in page
    assert "Restore it" in page
    assert address in moderator.get(f"{index(made)}?show=hidden").get_data(as_text=True)
    reader = AuditedClient(moderator.application)
    public = f"/en/consultations/{made.slug}/contributions/1"
    if kind is Kind.CONTRIBUTION:
        assert reader.get(public).status_code in {404, 410}
    else:
        assert "Très bonne idée." not in reader.get(public).get_data(as_text=True)

    assert moderator.send(address, {"act": "restore", "reason": "reviewed"}).status_code == 303
    assert "Très bonne idée." in reader.get(public).get_data(as_text=True)
    with transaction() as session:
        figures = consultations.get_consultation(session, made.slug, actor=VISITOR, now=NOW).figures
    assert (figures.participants, figures.contributions, figures.comments) == (2, 1, 1)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "beauty"}, "Choose a reason from the list."),
        ({"reason": "reviewed"}, "Choose a reason from the list."),
        ({"reason": "other", "words": " "}, "Say in a few words what the reason is."),
        ({"reason": "insult", "words": "À garder " + "x" * 1000}, "Enter at most 1000 characters."),
        ({"reason": "insult", "words": "À garder\x01"}, "characters that cannot be shown"),
    ],
)
def test_an_invalid_form_says_what_to_mend_and_keeps_the_words(
    moderator: AuditedClient, made: Made, typed: dict[str, str], sentence: str
) -> None:
    answer = moderator.send(f"{index(made)}/contributions/1", {"act": "hide", **typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    if "garder" in typed.get("words", ""):
        assert "À garder" in page
    assert moderator.get(f"/en/consultations/{made.slug}/contributions/1").status_code == 200


def test_a_colleague_was_faster(moderator: AuditedClient, made: Made) -> None:
    address = f"{index(made)}/contributions/1"
    typed = {"act": "hide", "reason": "insult"}
    assert moderator.send(address, typed).status_code == 303
    late = moderator.send(address, typed)
    assert late.status_code == 403
    assert "This is hidden already." in late.get_data(as_text=True)


def test_fields_that_are_not_in_the_form_change_nothing(
    moderator: AuditedClient, make: Factory, made: Made
) -> None:
    foreign = make.consultation()
    make.contribution(foreign)
    forged = {
        "act": "hide",
        "reason": "insult",
        "status": "withdrawn",
        "number": "2",
        "consultation_id": str(foreign.id),
        "moderator_id": "1",
        "decided_at": "2000-01-01T00:00:00Z",
    }
    assert moderator.send(f"{index(made)}/contributions/1", forged).status_code == 303
    page = moderator.get(f"{index(made)}/contributions/1").get_data(as_text=True)
    assert "Hidden" in page
    assert "2000" not in page
    assert moderator.get(f"/en/consultations/{foreign.slug}/contributions/1").status_code == 200


def test_what_its_author_withdrew_offers_nothing(client: AuditedClient, make: Factory, made: Made) -> None:
    author = make.person()
    number = make.contribution(made, author)
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=author, consultation_id=made.id, number=number, now=NOW)
    client.sign_in(make.member(made.organisation_id))
    page = client.get(f"{index(made)}/contributions/{number}").get_data(as_text=True)
    assert "nothing to moderate" in page
    assert 'name="reason"' not in page
    answer = client.send(
        f"{index(made)}/contributions/{number}",
        {"act": "hide", "reason": "insult"},
        page=f"{index(made)}/comments/1",
    )
    assert answer.status_code == 403
    assert "withdrawn" in answer.get_data(as_text=True)


def test_a_closed_consultation_is_still_moderated(client: AuditedClient, make: Factory) -> None:
    closed = make.consultation(opens_on=date(2026, 3, 1), closes_on=date(2026, 3, 10))
    make.contribution(closed)
    client.sign_in(make.member(closed.organisation_id, Role.MODERATOR))
    address = f"{index(closed)}/contributions/1"
    assert client.send(address, {"act": "hide", "reason": "unlawful"}).status_code == 303


def test_hostile_words_are_shown_as_words(moderator: AuditedClient, made: Made) -> None:
    words = "<script>alert(1)</script>"
    address = f"{index(made)}/comments/1"
    assert moderator.send(address, {"act": "hide", "reason": "other", "words": words}).status_code == 303
    page = moderator.get(address).get_data(as_text=True)
    assert words not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("number", ["0", "99", "2000000000", "99999999999999999999"])
def test_numbers_that_do_not_exist(moderator: AuditedClient, made: Made, number: str) -> None:
    assert moderator.get(f"{index(made)}/contributions/{number}").status_code == 404
    assert moderator.get(f"{index(made)}/comments/{number}").status_code == 404
