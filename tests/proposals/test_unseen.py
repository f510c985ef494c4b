"""What a reader may not see does not exist for them, whatever they send to its address."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.consultations.commands import lock_consultation
from consult.core.access import Actor
from consult.core.db import transaction
from consult.proposals.commands import edit_contribution, set_contribution_status, withdraw_contribution
from consult.proposals.rules import prepare_contribution
from consult.proposals.values import Status
from tests.conftest import NOW
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory, Made

READING = ("", "/history")
ACTS = ("/support", "/comments", "/edit", "/withdraw")


def browser_of(app: Flask, actor: Actor) -> AuditedClient:
    browser = AuditedClient(app)
    browser.sign_in(actor)
    return browser


def status_of(browser: AuditedClient, path: str, *, act: bool) -> int:
    if not act:
        return browser.get(path).status_code
    values = {"csrf_token": csrf_token(browser.get("/account").text), "body": "Oui, volontiers.", "stance": "for"}
    return browser.post(path, data=values).status_code


@pytest.fixture
def edited(make: Factory) -> tuple[Made, int, Actor]:
    """A contribution with an earlier text, which is hidden or withdrawn by the tests."""
    made, author = make.consultation(), make.person()
    number = make.contribution(made, author)
    text = prepare_contribution("Un autre titre", "Un autre texte, assez long pour être publié.")
    with transaction(write=True) as session:
        edit_contribution(
            session,
            actor=author,
            consultation_id=made.id,
            number=number,
            question_number=1,
            text=text,
            now=NOW,
        )
    return made, number, author


@pytest.mark.parametrize("who", ["a citizen", "its author", "another team"])
@pytest.mark.parametrize("becomes", [Status.HIDDEN, Status.WITHDRAWN])
def test_a_contribution_that_is_no_longer_public(
    app: Flask, make: Factory, edited: tuple[Made, int, Actor], becomes: Status, who: str
) -> None:
    made, number, author = edited
    status = {Status.HIDDEN: 404, Status.WITHDRAWN: 410}[becomes]
    with transaction(write=True) as session:
        if becomes is Status.HIDDEN:
            locked = lock_consultation(session, made.id)
            set_contribution_status(session, consultation=locked, number=number, status=becomes, now=NOW)
        else:
            withdraw_contribution(session, actor=author, consultation_id=made.id, number=number, now=NOW)
    actor = {"its author": author, "a citizen": make.person(), "another team": make.member(make.organisation())}[
        who
    ]
    browser, page = browser_of(app, actor), f"/consultations/{made.slug}/contributions/{number}"
    for path in READING:
        assert status_of(browser, page + path, act=False) == status, path
    for path in ACTS:
        assert status_of(browser, page + path, act=True) == status, path
    assert "Un autre titre" not in browser.get(f"/consultations/{made.slug}/contributions?q=titre").text
    assert "Un autre" not in browser.get(f"/consultations/{made.slug}/contributions.csv").text


def test_the_team_sees_what_it_has_hidden(app: Flask, make: Factory, edited: tuple[Made, int, Actor]) -> None:
    made, number, _author = edited
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        set_contribution_status(session, consultation=locked, number=number, status=Status.HIDDEN, now=NOW)
    browser = browser_of(app, make.member(made.organisation_id))
    page = f"/consultations/{made.slug}/contributions/{number}"
    for path in READING:
        assert status_of(browser, page + path, act=False) == 200
    assert status_of(browser, f"{page}/support", act=True) == 403


def test_a_draft_is_unknown_to_everybody_else(app: Flask, make: Factory) -> None:
    draft = make.consultation(published=False)
    outsiders = [
        AuditedClient(app),
        browser_of(app, make.person()),
        browser_of(app, make.member(make.organisation())),
    ]
    reading = ("", "/about", "/testimonies", "/follow-up", "/statistics", "/statistics.json", "/contributions")
    more = ("/contributions.csv", "/synthesis.pdf", "/contributions/1", "/contributions/new")
    for browser in outsiders:
        for path in (*reading, *more):
            assert browser.get(f"/consultations/{draft.slug}{path}").status_code == 404, path
        assert draft.slug not in browser.get("/").text
        token = csrf_token(browser.get("/account", follow_redirects=True).text)
        for path in ("/new", "/new/text", "/new/preview", "/new/discard"):
            answer = browser.post(f"/consultations/{draft.slug}/contributions{path}", data={"csrf_token": token})
            assert answer.status_code == 404, path
