"""Every address × everybody × every kind of object, and every form with fields that are none of its business."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import consult.wiring  # noqa: F401 - every policy is known
from consult.core.access import Decision
from tests.contract.permissions import OK, ROUTES, SIGN_IN, Line
from tests.contract.world import (
    ADMINISTRATOR,
    CITIZEN,
    CLOSED,
    DRAFT,
    DRAFT_WORD,
    HIDDEN,
    HIDDEN_WORD,
    NONE,
    OPEN,
    OWN,
    STRANGER,
    VISITOR,
    WHO,
    World,
    built_world,
)
from tests.support.postgresql import fresh_database

# Attempts count however they end.
THROTTLES = {"accounts_sign_in_attempt"}
EXTRAS = ("role", "author_id", "status", "is_administrator", "organisation_id", "person_id", "counted_acts")
# Pictures and documents: what is written in them cannot be searched for, they are looked at by other tests.
UNREADABLE = {"image/png", "application/pdf"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with built_world(tmp_path_factory.mktemp("world")) as built:
        yield built


def rules(world: World) -> list[Rule]:
    return [rule for rule in world.app.url_map.iter_rules() if rule.endpoint != "static"]


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def kinds(rule: Rule) -> tuple[str, ...]:
    """What an address can be about: a consultation in several states, a text of several people."""
    if not rule.rule.startswith(("/consultations/<slug>", "/manage/consultations/<slug>", "/embed/<slug>")):
        return (NONE,)
    return (OPEN, OWN, HIDDEN, DRAFT, CLOSED) if "number" in rule.arguments else (OPEN, DRAFT, CLOSED)


def came(response: TestResponse) -> str:
    """The class of an answer."""
    status = response.status_code
    if status in {301, 302, 303} and re.match(r"(/en)?/sign-in(\?|$)", str(response.location)) and status == 302:
        return SIGN_IN
    return OK if status < 400 or status == 422 else str(status)


def test_every_route_has_a_line_and_every_line_a_route(world: World) -> None:
    known = {rule.endpoint: rule for rule in rules(world)}
    missing = [f"{rule.rule} ({name})" for name, rule in sorted(known.items()) if name not in ROUTES]
    assert not missing, f"say who may do this: add a line to ROUTES in tests/contract/permissions.py for {missing}"
    gone = sorted(ROUTES.keys() - known.keys())
    assert not gone, f"no such endpoint any more: take out of ROUTES in tests/contract/permissions.py {gone}"


def test_every_endpoint_that_takes_a_form_names_its_policy_or_says_why_there_is_none(world: World) -> None:
    for rule in rules(world):
        line = ROUTES.get(rule.endpoint)
        if line is None or methods(rule) == ["GET"] or line.by not in WHO:
            continue
        nobody = {line.expected(who, kind, "POST") for who in WHO for kind in kinds(rule)}
        if OK in nobody:
            assert bool(line.asks) != bool(line.free), f"{rule.endpoint}: give its line either asks= or free="
        assert not line.asks or line.asks in POLICIES.values(), f"{rule.endpoint}: no policy is called {line.asks}"


@pytest.mark.parametrize("who", WHO)
def test_everybody_reaches_what_is_declared_and_nothing_else(world: World, who: str) -> None:
    check(world, who)


def test_it_is_the_same_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """A sample: every page, for who sees least of one organisation and for who sees most."""
    address = fresh_database(request.getfixturevalue("postgresql"))
    with built_world(tmp_path_factory.mktemp("postgresql"), address) as other:
        for who in (VISITOR, ADMINISTRATOR):
            check(other, who, only="GET")


def check(world: World, who: str, only: str = "") -> None:
    """Ask for every address, and send every form, as one person."""
    wrong = []
    for rule in rules(world):
        line = ROUTES.get(rule.endpoint, Line(_undeclared))
        for kind in kinds(rule):
            for method in methods(rule):
                if only not in {"", method}:
                    continue
                path = world.address(rule, kind)
                answer = world.ask(who, method, path, line.form)
                expected = line.expected(who, kind, method)
                if came(answer) != expected:
                    wrong.append(
                        f"{who} {method} {path} ({rule.endpoint}, {kind}): {came(answer)}, not {expected}"
                    )
                if method != "GET":
                    world.restore()
    assert not wrong, "\n".join(["", *wrong])


def _undeclared(who: str, kind: str, method: str) -> str:
    return "declared in ROUTES"


# --- policies

POLICIES = {
    function.__code__: f"{name.split('.')[1]}.{word}"
    for name, module in sorted(sys.modules.items())
    if re.fullmatch(r"consult\.\w+\.policies", name)
    for word, function in vars(module).items()
    if word.startswith("can_") and function.__module__ == name
}


READS = {"queries", "team", "own_acts"}


def is_command(module: str) -> bool:
    """True for the modules that write: neither those that know the web nor those that only read."""
    feature, _dot, name = module.rpartition(".")
    knows_the_web = any(
        str(getattr(thing, "__module__", "")).startswith("flask") for thing in vars(sys.modules[module]).values()
    )
    return feature.count(".") == 1 and name not in READS and not knows_the_web


def asked_by_commands(act: Callable[[], TestResponse]) -> tuple[TestResponse, set[str]]:
    """What came back, and which policies commands asked meanwhile; a page that shows a button asks them too."""
    asked: set[str] = set()

    def notice(frame: FrameType, event: str, _argument: object) -> None:
        above = frame.f_back
        if event != "call" or frame.f_code not in POLICIES or above is None or above.f_code in POLICIES:
            return
        if is_command(above.f_globals["__name__"]):
            asked.add(POLICIES[frame.f_code])

    sys.setprofile(notice)
    try:
        answer = act()
    finally:
        sys.setprofile(None)
    return answer, asked


def refusing_commands(policy: Callable[..., Decision]) -> Callable[..., Decision]:
    """A policy that says no to commands, and the truth to pages: what these refuse does not count."""

    def answer(*arguments: Any, **values: Any) -> Decision:
        if is_command(sys._getframe(1).f_globals["__name__"]):
            return Decision(False, "refused_by_the_test")
        return policy(*arguments, **values)

    return answer


def forms(world: World) -> list[tuple[Rule, Line]]:
    """Every endpoint that takes a form, with its line."""
    found = [(rule, ROUTES[rule.endpoint]) for rule in rules(world) if rule.endpoint in ROUTES]
    return [(rule, line) for rule, line in found if "POST" in methods(rule)]


def test_the_command_behind_every_form_asks_the_policy_that_is_declared(world: World) -> None:
    wrong = []
    for rule, line in forms(world):
        if not line.asks:
            continue
        send = partial(world.ask, line.by, "POST", world.address(rule, line.on), line.form)
        answer, asked = asked_by_commands(send)
        world.restore()
        if answer.status_code not in {200, 302, 303}:
            wrong.append(f"{rule.endpoint}: its form is not accepted ({answer.status_code})")
        elif line.asks not in asked:
            wrong.append(f"{rule.endpoint}: no command asked {line.asks}, but {sorted(asked)}")
    assert not wrong, "\n".join(["", *wrong])


def test_a_policy_that_says_no_is_obeyed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form again, its policy refusing the command: nothing may change."""
    for rule, line in forms(world):
        if not line.asks:
            continue
        feature, name = line.asks.split(".")
        policy = getattr(sys.modules[f"consult.{feature}.policies"], name)
        before = world.rows()
        with monkeypatch.context() as refusing:
            for holder in [item for key, item in sys.modules.items() if key.startswith("consult.")]:
                if getattr(holder, name, None) is policy:
                    refusing.setattr(holder, name, refusing_commands(policy))
            answer = world.ask(line.by, "POST", world.address(rule, line.on), line.form)
            after = world.rows()
        world.restore()
        changed = sorted(table for table in before.keys() - THROTTLES if before[table] != after[table])
        assert not changed, f"{rule.endpoint}: {changed} changed although {line.asks} refused"
        assert answer.status_code in {403, 404, 422, 429}, f"{rule.endpoint}: {answer.status_code}"


# --- fields that a form does not own


def test_extra_fields_change_nothing(world: World) -> None:
    wrong, changing = [], 0
    extras = dict.fromkeys(EXTRAS, "") | {
        "role": "administrator",
        "author_id": str(world.people[STRANGER].person_id),
        "status": "hidden",
        "is_administrator": "1",
        "organisation_id": str(world.other_organisation),
        "person_id": str(world.people[CITIZEN].person_id),
        "counted_acts": "99",
    }
    start = world.rows()
    for rule, line in forms(world):
        path = world.address(rule, line.on)
        world.ask(line.by, "POST", path, line.form)
        plain = world.rows()
        world.restore()
        foreign = {name: value for name, value in extras.items() if name not in line.owns}
        world.ask(line.by, "POST", path, {**foreign, **line.form})
        more = world.rows()
        world.restore()
        changing += plain != start
        wrong += [f"{rule.endpoint}: {table}" for table in plain if plain[table] != more[table]]
    assert not wrong, f"a field that the form does not own changed {wrong}"
    assert changing >= 15, "the forms of the table do something"


# --- drafts and hidden things, in every representation


@pytest.mark.parametrize("who", [VISITOR, CITIZEN, STRANGER])
def test_a_draft_is_not_there_in_any_representation(world: World, who: str) -> None:
    tried = 0
    for rule in rules(world):
        if DRAFT in kinds(rule) and "GET" in methods(rule) and not rule.rule.startswith("/manage"):
            path = world.address(rule, DRAFT)
            expected = {404} if ROUTES[rule.endpoint].seen(who, DRAFT, "GET") != SIGN_IN else {302}
            for prefix in ("", "/en"):
                assert world.ask(who, "GET", prefix + path).status_code in expected, path
                tried += 1
    assert tried >= 30


@pytest.mark.parametrize("who", [VISITOR, CITIZEN, STRANGER])
def test_what_is_hidden_or_a_draft_is_in_no_answer(world: World, who: str) -> None:
    for rule in rules(world):
        if "GET" not in methods(rule):
            continue
        for kind in kinds(rule):
            answer = world.ask(who, "GET", world.address(rule, kind))
            for text in texts(answer):
                assert HIDDEN_WORD not in text, f"{who}: {rule.rule} ({kind})"
                assert DRAFT_WORD not in text, f"{who}: {rule.rule} ({kind})"


def test_the_team_does_find_them(world: World) -> None:
    """The same search finds something where something is to be found."""
    found = set()
    for path in ("/manage", "/consultations/open/contributions/3", "/manage/consultations/open/moderation"):
        for text in texts(world.ask("moderator", "GET", path)):
            found |= {word for word in (HIDDEN_WORD, DRAFT_WORD) if word in text}
    assert found == {HIDDEN_WORD, DRAFT_WORD}


def texts(answer: TestResponse) -> Iterator[str]:
    """What can be read in an answer; a package is unpacked."""
    if answer.mimetype in UNREADABLE or answer.status_code >= 400:
        return
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
            for name in package.namelist():
                yield package.read(name).decode("utf-8", "replace")
        return
    yield answer.data.decode("utf-8", "replace")
