"""Pages and journeys of contributions, as a browser without JavaScript sees them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from consult.consultations.messages import SENTENCES
from consult.consultations.models import Consultation
from consult.consultations.queries import figures
from consult.core.access import Actor
from consult.core.db import transaction
from consult.proposals.models import Contribution
from consult.proposals.values import Status
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements


def base(consultation: Made) -> str:
    return f"/consultations/{consultation.slug}/contributions"


@pytest.fixture
def citizen(app: Flask, make: Factory) -> AuditedClient:
    return signed_in(app, make.person("Aïcha B."))


def signed_in(app: Flask, actor: Actor) -> AuditedClient:
    client = AuditedClient(app)
    client.sign_in(actor)
    return client


def checked_value(response: TestResponse, name: str) -> str | None:
    """The value of the chosen radio button of a page."""
    for tag in re.findall(r"<input[^>]*>", response.get_data(as_text=True)):
        if f'name="{name}"' in tag and " checked" in tag:
            return tag.split('value="')[1].split('"')[0]
    return None


def numbers(consultation: Made) -> tuple[int, int, int, int]:
    with transaction() as session:
        found = figures(session, consultation.id, NOW)
    return found.participants, found.contributions, found.supports, found.comments


def test_a_visitor_reads_lists_and_pages_without_a_cookie(make: Factory, client: AuditedClient) -> None:
    consultation = make.consultation()
    number = make.contribution(consultation)
    make.comment(consultation, number)
    for path in (base(consultation), f"{base(consultation)}/{number}", f"/en{base(consultation)}/{number}"):
        response = client.get(path)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert "no-store" not in response.headers["Cache-Control"]
        assert "csrf_token" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["?q=ateliers", "?question=1&sort=supported", "?sort=nonsense&after=zzz", "?q=%00"]
)
def test_the_list_takes_any_question_it_is_asked(make: Factory, client: AuditedClient, query: str) -> None:
    consultation = make.consultation()
    make.contribution(consultation)
    assert client.get(base(consultation) + query).status_code == 200


def test_a_long_list_leads_on_page_by_page(make: Factory, client: AuditedClient) -> None:
    consultation, author = make.consultation(), make.person()
    for _ in range(21):
        make.contribution(consultation, author)
    first = client.get(f"{base(consultation)}?sort=recent&q=ateliers").get_data(as_text=True)
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "q=ateliers" in link
    second = client.get(link).get_data(as_text=True)
    assert second.count('class="contribution-card"') == 1


def test_a_contribution_goes_from_idea_to_page(make: Factory, citizen: AuditedClient) -> None:
    consultation = make.consultation()
    new = f"{base(consultation)}/new"
    assert checked_value(citizen.get(f"{new}?question=2"), "question") == "2"
    response = citizen.send(new, {"question": "2", "title": "Une fontaine sur la place"})
    assert response.status_code == 303
    response = citizen.send(f"{new}/text", {"body": "De l’eau **potable** pour les passants, été comme hiver."})
    assert response.headers["Location"] == f"{new}/preview"
    preview = citizen.get(f"{new}/preview").get_data(as_text=True)
    assert "<strong>potable</strong>" in preview
    assert "Aïcha B." in preview
    response = citizen.send(f"{new}/preview")
    assert response.headers["Location"] == f"{base(consultation)}/1"
    page = citizen.get(f"{base(consultation)}/1").get_data(as_text=True)
    assert "Une fontaine sur la place" in page
    assert numbers(consultation) == (1, 1, 0, 0)
    assert 'value="Une fontaine' not in citizen.get(new).get_data(as_text=True), "the draft is gone once published"


def test_nothing_typed_is_lost_by_an_error_or_by_leaving(make: Factory, citizen: AuditedClient) -> None:
    consultation = make.consultation()
    new = f"{base(consultation)}/new"
    response = citizen.send(new, {"question": "1", "title": "Court"})
    assert response.status_code == 422
    assert 'value="Court"' in response.get_data(as_text=True)
    response = citizen.send(new, {"title": "Un titre assez long"})
    assert response.status_code == 422, "no question chosen"
    citizen.send(new, {"question": "1", "title": "Un titre assez long"})
    response = citizen.send(f"{new}/text", {"body": "Trop court"})
    assert response.status_code == 422
    assert "Trop court</textarea>" in citizen.get(f"{new}/text").get_data(as_text=True), "kept on the server"


def test_a_visitor_writes_first_and_signs_in_last(make: Factory, client: AuditedClient) -> None:
    consultation = make.consultation()
    new = f"{base(consultation)}/new"
    client.send(new, {"question": "1", "title": "Une fontaine sur la place"})
    client.send(f"{new}/text", {"body": "De l’eau potable pour les passants, été comme hiver."})
    page = client.get(f"{new}/preview").get_data(as_text=True)
    assert "/sign-in?next=" in page
    response = client.send(f"{new}/preview", page=f"{new}/text")
    assert response.status_code == 303
    assert "/sign-in" in response.headers["Location"]
    assert numbers(consultation) == (0, 0, 0, 0)


def test_similar_contributions_are_offered_before_the_text(make: Factory, citizen: AuditedClient) -> None:
    consultation = make.consultation()
    make.contribution(consultation, title="Une fontaine devant la mairie")
    citizen.send(f"{base(consultation)}/new", {"question": "1", "title": "Des fontaines pour tous"})
    page = citizen.get(f"{base(consultation)}/new/text").get_data(as_text=True)
    assert "Une fontaine devant la mairie" in page


def test_supporting_and_taking_it_back(make: Factory, citizen: AuditedClient) -> None:
    consultation = make.consultation()
    page = f"{base(consultation)}/{make.contribution(consultation)}"
    for _ in range(2):
        assert citizen.send(f"{page}/support", page=page).status_code == 303
    assert numbers(consultation) == (2, 1, 1, 0)
    assert f"{page}/support/withdraw" in citizen.get(page).get_data(as_text=True)
    assert citizen.send(f"{page}/support/withdraw", page=page).status_code == 303
    assert numbers(consultation) == (1, 1, 0, 0)


def test_an_act_without_token_or_without_signing_in_changes_nothing(
    make: Factory, client: AuditedClient, citizen: AuditedClient
) -> None:
    consultation = make.consultation()
    page = f"{base(consultation)}/{make.contribution(consultation)}"
    assert citizen.post(f"{page}/support").status_code == 400
    assert client.post(f"{page}/support").status_code in {400, 401}
    assert client.get(f"{page}/edit").headers["Location"].startswith("/sign-in?next=")
    assert numbers(consultation) == (1, 1, 0, 0)


def test_commenting_and_replying(make: Factory, citizen: AuditedClient) -> None:
    consultation = make.consultation()
    page = f"{base(consultation)}/{make.contribution(consultation)}"
    empty = citizen.send(f"{page}/comments", {"stance": "against", "body": ""}, page=page)
    assert empty.status_code == 422
    assert checked_value(empty, "stance") == "against"
    sent = citizen.send(f"{page}/comments", {"stance": "against", "body": "Trop **cher**."}, page=page)
    assert sent.headers["Location"] == f"{page}#comment-1"
    form = citizen.get(f"{page}?reply=1").get_data(as_text=True)
    assert 'name="parent" value="1"' in form
    citizen.send(f"{page}/comments", {"stance": "neutral", "parent": "1", "body": "À chiffrer."}, page=page)
    assert numbers(consultation) == (2, 1, 0, 2)
    assert "<strong>cher</strong>" in citizen.get(page).get_data(as_text=True)


def test_withdrawing_a_comment_asks_first(make: Factory, app: Flask) -> None:
    consultation, author = make.consultation(), make.person()
    page = f"{base(consultation)}/{make.contribution(consultation)}"
    make.comment(consultation, 1, author)
    other = signed_in(app, make.person())
    assert other.get(f"{page}/comments/1/withdraw").status_code == 403
    own = signed_in(app, author)
    assert own.get(f"{page}/comments/1/withdraw").status_code == 200
    assert numbers(consultation) == (2, 1, 0, 1)
    own.send(f"{page}/comments/1/withdraw")
    assert numbers(consultation) == (1, 1, 0, 0)


def test_editing_shows_a_preview_and_keeps_the_history(make: Factory, app: Flask) -> None:
    consultation, author = make.consultation(), make.person()
    page = f"{base(consultation)}/{make.contribution(consultation, author)}"
    own = signed_in(app, author)
    changed = {"question": "1", "title": "Des ateliers ouverts", "body": "Ouvrir des ateliers *tous les soirs*."}
    preview = own.send(f"{page}/edit", {**changed, "preview": "1"})
    assert "<em>tous les soirs</em>" in preview.get_data(as_text=True)
    assert own.get(f"{page}/history").status_code == 404
    assert own.send(f"{page}/edit", changed).status_code == 303
    assert "Des ateliers partagés" in own.get(f"{page}/history").get_data(as_text=True)
    assert signed_in(app, make.person()).get(f"{page}/edit").status_code == 403


def test_a_withdrawn_contribution_is_gone_and_a_hidden_one_unknown(
    make: Factory, app: Flask, client: AuditedClient
) -> None:
    consultation, author = make.consultation(), make.person()
    page = f"{base(consultation)}/{make.contribution(consultation, author)}"
    own = signed_in(app, author)
    assert own.send(f"{page}/withdraw").status_code == 303
    assert client.get(page).status_code == 410
    with transaction(write=True) as session:
        session.execute(update(Contribution).values(status=Status.HIDDEN))
    assert client.get(page).status_code == 404
    assert client.get(f"{page}/history").status_code == 404
    member = signed_in(app, make.member(consultation.organisation_id))
    assert member.get(page).status_code == 200


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "code"),
    [
        (date(2026, 1, 1), date(2026, 3, 9), "consultation_closed"),
        (date(2026, 4, 1), date(2026, 4, 9), "consultation_announced"),
    ],
)
def test_every_act_is_refused_outside_the_dates_with_its_own_sentence(
    make: Factory, app: Flask, opens_on: date, closes_on: date, code: str
) -> None:
    consultation, author = make.consultation(), make.person()
    make.contribution(consultation, author)
    make.comment(consultation, 1, author)
    elsewhere = make.consultation()
    make.contribution(elsewhere)
    with transaction(write=True) as session:
        session.execute(
            update(Consultation)
            .where(Consultation.id == consultation.id)
            .values(opens_on=opens_on, closes_on=closes_on)
        )
    before = numbers(consultation)
    acts: dict[str, dict[str, str]] = {
        "1/support": {},
        "1/support/withdraw": {},
        "1/comments": {"stance": "for", "body": "Oui."},
        "1/comments/1/withdraw": {},
        "1/edit": {"question": "1", "title": "Un titre assez long", "body": "Un texte assez long, vraiment."},
        "1/withdraw": {},
        "new": {"question": "1", "title": "Un titre assez long"},
    }
    own = signed_in(app, author)
    for path, data in acts.items():
        response = own.send(f"{base(consultation)}/{path}", data, page=f"{base(elsewhere)}/1")
        assert response.status_code == 403, path
        assert str(SENTENCES[code]) in unescape(response.get_data(as_text=True)), path
    assert numbers(consultation) == before


def test_pages_cost_the_same_statements_at_every_size(make: Factory, client: AuditedClient) -> None:
    consultation, author = make.consultation(), make.person()
    make.contribution(consultation, author)
    make.comment(consultation, 1, author)
    paths = (base(consultation), f"{base(consultation)}/1", f"{base(consultation)}?sort=supported&question=1")
    for path in paths:  # what a first reader writes (their visit) is not the page's cost
        client.get(path)
    before = [_statements(client, path) for path in paths]
    for _ in range(25):
        make.contribution(consultation, author)
        make.comment(consultation, 1, author)
    assert [_statements(client, path) for path in paths] == before


def _statements(client: AuditedClient, path: str) -> int:
    with recorded_statements() as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/{big}", "/{big}/history", "/{big}/edit"])
def test_a_number_that_no_row_can_have_is_no_address(make: Factory, citizen: AuditedClient, path: str) -> None:
    consultation = make.consultation()
    for big in ("2147483648", "9" * 30):
        assert citizen.get(base(consultation) + path.format(big=big)).status_code == 404


@pytest.mark.parametrize(
    "query", ["question={big}", "after={big}", "sort=recent&after={big}-{big}", "after={big}-1-{big}-{big}"]
)
def test_numbers_beyond_every_row_in_a_query_are_left_out(
    make: Factory, citizen: AuditedClient, query: str
) -> None:
    consultation = make.consultation()
    number = make.contribution(consultation)
    for big in ("2147483648", "99999999999", "9" * 30):
        asked = query.format(big=big)
        assert f"/contributions/{number}" in citizen.get(f"{base(consultation)}?{asked}").text
        assert citizen.get(f"{base(consultation)}/{number}?{asked}&reply={big}").status_code == 200
