"""The marks of forms: what robots do is refused in plain words, nothing typed is lost, nobody is shut out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.core import clock
from consult.core.db import transaction
from consult.core.mail import OutgoingMail
from consult.core.web.people import declared_marks
from consult.proposals.models import Comment
from tests.accounts.flows import Clock
from tests.core.web.marks import EMAIL, settings_of, sign_in_page, typed_into
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

TEXT = "It would be in the sun all day."


@pytest.fixture
def checked(app: Flask) -> Iterator[None]:
    """Forms are checked as in production, but for the proof of work."""
    with settings_of(app, form_seconds=2):
        yield


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Real time, in the hands of the test."""
    held = Clock()
    monkeypatch.setattr(clock, "real_now", held)
    return held


@pytest.fixture
def place(make: Factory) -> Made:
    consultation = make.consultation()
    make.contribution(consultation)
    return consultation


def mails() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


def test_the_forms_of_visitors_and_citizens_ask_for_marks(app: Flask) -> None:
    marked = {declared_marks(view) for view in app.view_functions.values()} - {None}
    assert {"sign_in", "welcome", "idea", "contribution", "comment", "report"} <= marked


def test_a_person_takes_a_moment_and_passes(client: AuditedClient, checked: None, real: Clock) -> None:
    page = sign_in_page(client)
    real.forward(timedelta(seconds=2))
    assert client.post("/en/sign-in", data=typed_into(page, email=EMAIL)).status_code == 303
    assert mails() == 1


def test_what_comes_at_once_is_kept_and_passes_a_moment_later(
    client: AuditedClient, checked: None, real: Clock
) -> None:
    page = sign_in_page(client)
    real.forward(timedelta(seconds=1))
    answer = client.post("/en/sign-in", data=typed_into(page, email=EMAIL))
    assert answer.status_code == 422
    assert "wait a few seconds, then send it again" in answer.text
    assert f'name="email" value="{EMAIL}"' in answer.text
    assert mails() == 0
    real.forward(timedelta(seconds=1))
    assert client.post("/en/sign-in", data=typed_into(answer.text)).status_code == 303
    assert mails() == 1


@pytest.mark.parametrize("stamp", ["", "nonsense", "WyJzaWduX2luIiwxXQ.forged", "\x00"])
def test_a_stamp_that_is_not_ours_is_asked_for_again(
    client: AuditedClient, checked: None, real: Clock, stamp: str
) -> None:
    page = sign_in_page(client)
    real.forward(timedelta(seconds=5))
    answer = client.post("/en/sign-in", data=typed_into(page, email=EMAIL, stamp=stamp))
    assert answer.status_code == 422
    assert mails() == 0


def test_a_stamp_is_for_one_kind_of_form(
    client: AuditedClient, checked: None, real: Clock, place: Made, make: Factory
) -> None:
    stamp = typed_into(sign_in_page(client))["stamp"]
    client.sign_in(make.person())
    address = f"/en/consultations/{place.slug}/contributions/1"
    page = client.get(address).text
    real.forward(timedelta(seconds=5))
    typed = typed_into(page, stance="for", body=TEXT)
    assert client.post(f"{address}/comments", data={**typed, "stamp": stamp}).status_code == 422
    assert client.post(f"{address}/comments", data=typed).status_code == 303


def test_a_form_of_yesterday_is_stamped_anew(client: AuditedClient, checked: None, real: Clock) -> None:
    page = sign_in_page(client)
    real.forward(timedelta(hours=25))
    answer = client.post("/en/sign-in", data=typed_into(page, email=EMAIL))
    assert answer.status_code == 422
    assert "open for very long" in answer.text
    real.forward(timedelta(seconds=3))
    assert client.post("/en/sign-in", data=typed_into(answer.text)).status_code == 303


def test_the_field_that_nobody_sees_gives_robots_away_and_shuts_nobody_out(
    client: AuditedClient, checked: None, real: Clock
) -> None:
    page = sign_in_page(client)
    assert 'name="website" tabindex="-1" autocomplete="off"' in page
    real.forward(timedelta(seconds=5))
    answer = client.post("/en/sign-in", data=typed_into(page, email=EMAIL, website="https://casino.example"))
    assert answer.status_code == 422
    assert "casino" not in answer.text
    assert mails() == 0
    real.forward(timedelta(seconds=5))
    assert client.post("/en/sign-in", data=typed_into(answer.text)).status_code == 303


def test_a_comment_sent_in_the_background_gets_the_sentence_and_its_new_marks(
    client: AuditedClient, checked: None, real: Clock, place: Made, make: Factory
) -> None:
    client.sign_in(make.person())
    address = f"/en/consultations/{place.slug}/contributions/1"
    typed = typed_into(client.get(address).text, stance="for", body=TEXT)
    real.forward(timedelta(hours=25))
    script = {"X-Fragment": "discussion"}
    answer = client.post(f"{address}/comments", data=typed, headers=script)
    assert (answer.status_code, answer.headers["X-Fragment"]) == (422, "refusal")
    assert "open for very long" in answer.text
    stamp = answer.text.split('name="stamp" value="')[1].split('"')[0]
    real.forward(timedelta(seconds=3))
    answer = client.post(f"{address}/comments", data={**typed, "stamp": stamp}, headers=script)
    assert (answer.status_code, answer.headers["X-Fragment"]) == (200, "discussion")
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_every_marked_form_carries_its_marks(
    client: AuditedClient, checked: None, real: Clock, place: Made, make: Factory
) -> None:
    here = f"/en/consultations/{place.slug}/contributions"
    assert "stamp" in typed_into(client.get(f"{here}/new").text)
    client.sign_in(make.person())
    page = client.get(f"{here}/new").text
    real.forward(timedelta(seconds=3))
    assert (
        client.post(f"{here}/new", data=typed_into(page, title="A bench in the shade", question="1")).status_code
        == 303
    )
    body = "There is none between the school and the market."
    assert client.send(f"{here}/new/text", {"body": body}).status_code == 303
    page = client.get(f"{here}/new/preview").text
    assert client.post(f"{here}/new/preview", data=typed_into(page)).status_code == 422
    real.forward(timedelta(seconds=3))
    assert client.post(f"{here}/new/preview", data=typed_into(page)).status_code == 303


def test_pages_that_are_read_carry_no_marks_and_set_no_cookie(
    client: AuditedClient, checked: None, place: Made
) -> None:
    client.get(f"/consultations/{place.slug}")  # the first page of a reader moves the count of visitors
    for path in ("", "/contributions", "/contributions/1"):
        answer = client.get(f"/consultations/{place.slug}{path}")
        assert "stamp" not in answer.text
        assert answer.headers.getlist("Set-Cookie") == []
        again = client.get(f"/consultations/{place.slug}{path}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_nothing_is_checked_where_the_settings_say_so(client: AuditedClient) -> None:
    assert client.send("/en/sign-in", {"email": EMAIL}).status_code == 303


def test_a_password_is_typed_by_people_and_asks_for_no_proof(
    app: Flask, client: AuditedClient, checked: None, real: Clock
) -> None:
    with settings_of(app, form_seconds=2, proof_of_work="sign-in"):
        typed = typed_into(client.get("/en/sign-in/password").text, email=EMAIL, password="hunter two")
        at_once = client.post("/en/sign-in/password", data=typed)
        assert at_once.status_code == 422
        assert "wait a few seconds, then send it again" in at_once.text
        assert "hunter" not in at_once.text
        real.forward(timedelta(seconds=2))
        later = client.post("/en/sign-in/password", data=typed)
        assert "do not match" in later.text or "password-error" in later.text or "form-error" in later.text
        assert "wait" not in later.text
        filled = client.post("/en/sign-in/password", data={**typed, "website": "x"})
        assert "A field that people do not see" in filled.text


def test_what_was_typed_is_shown_as_text_and_secrets_are_not(client: AuditedClient, checked: None) -> None:
    typed = {
        "email": "<script>alert(1)</script> a",
        "password": "hunter two",
        "code": "123456",
        "current": "hunter one",
    }
    answer = client.send("/en/sign-in", typed)
    assert answer.status_code == 422
    assert "&lt;script&gt;alert(1)&lt;/script&gt; a" in answer.text
    assert "<script>alert" not in answer.text
    assert "hunter" not in answer.text
    assert "123456" not in answer.text
