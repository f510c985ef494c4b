"""State × act × role: one declared table says what is refused, with which code, as a command and over HTTP.

An act that is added to the application without a row here fails, as does a state or a role without an answer.
"""

from __future__ import annotations

import html
import inspect
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import update
from werkzeug.test import TestResponse

from consult.consultations.models import Consultation
from consult.consultations.values import State
from consult.core import clock
from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.core.web.sentences import sentence_for
from consult.moderation import reporting
from consult.organisations.values import Role
from consult.proposals import commands, comments, drafts
from consult.proposals.models import Contribution
from consult.proposals.values import Status
from tests.conftest import NOW
from tests.proposals.citizen_acts import ACTS, TEXT, Scene, set_scene
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory

ROLES = (
    "visitor",
    "citizen",
    "author",
    "moderator",
    "manager",
    "administrator",
    "other team",
    "platform administrator",
)
TEAM = frozenset({"moderator", "manager", "administrator", "platform administrator"})
_IN = "sign_in_first"
_NOT = "team_does_not_act"
_TEAM = "team_moderates"

# While it is open: the code for each role, in the order of ROLES; "" is allowed.
OPEN: dict[str, tuple[str, ...]] = {
    "contribute": (_IN, "", "", _NOT, _NOT, _NOT, "", _NOT),
    "edit": (_IN, "not_author", "", *["not_author"] * 5),
    "withdraw": (_IN, "not_author", "", *["not_author"] * 5),
    "support": (_IN, "", "own_contribution", _NOT, _NOT, _NOT, "", _NOT),
    "withdraw support": (_IN, *[""] * 7),
    "comment": (_IN, "", "", _NOT, _NOT, _NOT, "", _NOT),
    "reply": (_IN, "", "", _NOT, _NOT, _NOT, "", _NOT),
    "withdraw comment": (_IN, "not_author", "", *["not_author"] * 5),
    # Nobody needs to have signed in to begin writing.
    "save draft": ("", "", "", _NOT, _NOT, _NOT, "", _NOT),
    "save draft by script": ("", "", "", _NOT, _NOT, _NOT, "", _NOT),
    "preview": ("", "", "", _NOT, _NOT, _NOT, "", _NOT),
    "report": (_IN, "", "own_text", _TEAM, _TEAM, _TEAM, "", _TEAM),
    "report comment": (_IN, "", "own_text", _TEAM, _TEAM, _TEAM, "", _TEAM),
}
# Whatever the role, for every act that ends with the consultation. The others only want it to be published.
ELSEWHEN = {
    State.DRAFT: "consultation_draft",
    State.ANNOUNCED: "consultation_announced",
    State.CLOSED: "consultation_closed",
}
INSTANTS = {
    State.DRAFT: NOW,
    State.ANNOUNCED: datetime(2026, 2, 27, 12, tzinfo=UTC),
    State.OPEN: NOW,
    State.CLOSED: datetime(2026, 4, 2, 12, tzinfo=UTC),
}
# On a contribution that is not published (any more): the code of each act, by its status.
_NO, _HELD = "not_published", "still_held"
ON_STATUS: dict[Status, dict[str, str]] = {
    Status.WITHDRAWN: {"edit": _NO, "withdraw": _NO, "support": _NO, "comment": _NO, "withdraw support": ""},
    Status.HIDDEN: {"edit": _NO, "withdraw": _NO, "support": _NO, "comment": _NO, "withdraw support": ""},
    Status.HELD: {"edit": _HELD, "withdraw": "", "support": _HELD, "comment": _HELD, "withdraw support": ""},
}
# An author's answer to a decision about their text: asked for from the account, in every state.
ANSWERS = {"answer_decision"}
# What an own draft goes through between its first words and its publication.
STEPS = {"/new/text", "/new/discard"}


def expected(state: State, act: str, role: str) -> str:
    if state is State.OPEN or (state is not State.DRAFT and not ACTS[act].ends_with_it):
        return OPEN[act][ROLES.index(role)]
    return ELSEWHEN[state]


class _Undone(Exception):
    """The act was allowed; it is rolled back, so that the next one finds the same scene."""


def code_of(act: str, scene: Scene, actor: Actor, now: datetime) -> str:
    command = ACTS[act].run
    assert command is not None
    try:
        with transaction(write=True) as session:
            command(session, scene, actor, now)
            raise _Undone
    except _Undone:
        return ""
    except Refused as refusal:
        return refusal.reason


@pytest.fixture
def scene(make: Factory) -> Scene:
    return set_scene(make, make.consultation())


def actors_of(make: Factory, scene: Scene) -> dict[str, Actor]:
    here = scene.made.organisation_id
    return {
        "visitor": VISITOR,
        "citizen": make.person(),
        "author": scene.author,
        **{role.value: make.member(here, role) for role in Role},
        "other team": make.member(make.organisation()),
        "platform administrator": make.administrator(),
    }


def take_back_to_draft(scene: Scene) -> None:
    """No command does this: what is in a draft is out of reach, and the commands must not rely on that."""
    with transaction(write=True) as session:
        session.execute(update(Consultation).where(Consultation.id == scene.made.id).values(published_at=None))


def test_the_table_has_an_answer_for_every_act_state_and_role() -> None:
    assert set(OPEN) == set(ACTS)
    assert set(ELSEWHEN) | {State.OPEN} == set(State) == set(INSTANTS)
    assert {role.value for role in Role} <= set(ROLES)
    assert all(len(row) == len(ROLES) for row in OPEN.values())


def test_every_command_of_a_citizen_is_an_act_of_the_table() -> None:
    found = {
        name
        for module in (commands, comments, drafts, reporting)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and {"actor", "owner"} & (arguments := inspect.signature(function).parameters.keys())
        and "now" in arguments
    }
    known = {name for act in ACTS.values() for name in act.commands}
    assert found == known | ANSWERS


def test_every_form_below_the_contributions_is_an_act_of_the_table(app: Flask) -> None:
    prefix = "/consultations/<slug>/contributions"
    found = {
        rule.rule.removeprefix(prefix)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(prefix) and "POST" in (rule.methods or set())
    }
    assert found == {act.rule for act in ACTS.values()} | STEPS


@pytest.mark.parametrize("state", State)
def test_commands_refuse_what_the_table_refuses(make: Factory, scene: Scene, state: State) -> None:
    actors = actors_of(make, scene)
    if state is State.DRAFT:
        take_back_to_draft(scene)
    asked = [cell for cell in product(ACTS, ROLES) if ACTS[cell[0]].run is not None]
    found = {(act, role): code_of(act, scene, actors[role], INSTANTS[state]) for act, role in asked}
    assert found == {(act, role): expected(state, act, role) for act, role in asked}


@pytest.mark.parametrize("state", State)
def test_pages_refuse_what_the_table_refuses(app: Flask, make: Factory, scene: Scene, state: State) -> None:
    actors = actors_of(make, scene)
    if state is State.DRAFT:
        take_back_to_draft(scene)
    with clock.frozen_at(INSTANTS[state]):
        for role in sorted(ROLES, key="author".__eq__):  # the author comes last: what they withdraw is gone
            caller = Caller(app, scene, role, actors[role])
            if state is State.OPEN and role not in TEAM:  # there must be something to publish
                caller.post("/new", ACTS["save draft"].form)
                caller.post("/new/text", {"body": TEXT.body})
            for act in ACTS:
                check_answer(app, caller, state, act)


class Caller:
    """Somebody in a role, with a browser and the token of its forms."""

    def __init__(self, app: Flask, scene: Scene, role: str, actor: Actor) -> None:
        self.role = role
        self._base = f"/consultations/{scene.made.slug}/contributions"
        self._browser = AuditedClient(app)
        if role != "visitor":
            self._browser.sign_in(actor)
        self._token = csrf_token(self._browser.get("/account", follow_redirects=True).text)

    def post(self, path: str, form: Mapping[str, str]) -> TestResponse:
        return self._browser.post(self._base + path, data={"csrf_token": self._token, **form})


def check_answer(app: Flask, caller: Caller, state: State, act: str) -> None:
    """The status that goes with the code, and on the page its sentence."""
    role, code = caller.role, expected(state, act, caller.role)
    cell = f"{act} by {role} while {state.value}"
    answer = caller.post(ACTS[act].path, ACTS[act].form)
    begins_writing = act in {"contribute", "save draft", "save draft by script", "preview"}
    if role == "visitor" and not begins_writing:
        assert answer.status_code == 401, cell
    elif state is State.DRAFT and role not in TEAM:
        assert answer.status_code == 404, cell
    elif code == _IN:
        assert (answer.status_code, "/sign-in?" in answer.headers["Location"]) == (303, True), cell
    elif code:
        assert answer.status_code == 403, cell
        with app.test_request_context("/"):
            sentence = sentence_for(code)
        assert same_words(sentence) in same_words(html.unescape(answer.text)), cell
    else:
        assert answer.status_code == ACTS[act].done, cell


def same_words(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PUBLISHED])
def test_what_is_not_published_takes_no_acts(make: Factory, scene: Scene, status: Status) -> None:
    citizen = make.person()
    with transaction(write=True) as session:
        session.execute(update(Contribution).values(status=status))
    found = {
        act: code_of(act, scene, scene.author if act in {"edit", "withdraw"} else citizen, NOW)
        for act in ON_STATUS[status]
    }
    assert found == ON_STATUS[status]


def test_each_code_has_a_sentence_of_its_own_in_both_languages(app: Flask) -> None:
    codes = {*ELSEWHEN.values(), *(code for row in OPEN.values() for code in row), _NO, _HELD} - {""}
    with app.test_request_context("/"):
        for language in ("fr", "en"):
            with force_locale(language):
                sentences = {code: sentence_for(code) for code in codes}
            assert all(sentences.values())
            assert len(set(sentences.values())) == len(codes), language
        for code in codes:
            with force_locale("fr"):
                french = sentence_for(code)
            with force_locale("en"):
                assert sentence_for(code) != french, code
