"""The second factor: mandatory for teams, each code once, recovery codes, nothing of it at rest."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from consult.accounts import one_time_codes
from consult.accounts.models import BrowserSession, RecoveryCode, SecondFactor
from consult.accounts.rules import ACCOUNT_LIMITS
from consult.accounts.values import AttemptKind
from consult.cli import cli
from consult.core.access import Actor
from consult.core.db import transaction
from consult.core.errors import OperatorError
from consult.organisations.values import Role
from consult.settings import Settings
from tests.accounts.flows import Clock, cookie, count
from tests.accounts.steps import code_of, enrol, half_signed_in, mails_to, secret_on
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory

CHALLENGE, FIRST = "/sign-in/second-factor", "/sign-in/second-factor/new"


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """The command line sends logs to its own standard error; give them back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def person(make: Factory) -> Actor:
    return make.person("Claire")


@pytest.fixture
def enrolled(client: AuditedClient, person: Actor, real: Clock) -> tuple[str, list[str]]:
    """A citizen with an authenticator, signed in; a minute has gone by."""
    client.sign_in(person)
    found = enrol(client)
    real.forward(timedelta(seconds=60))
    return found


def refused(browser: AuditedClient, code: str) -> bool:
    answer = browser.send(CHALLENGE, {"code": code})
    assert answer.status_code in {303, 422}
    return answer.status_code == 422


# --- the gate of the teams


@pytest.mark.parametrize("role", list(Role))
def test_a_team_reaches_nothing_before_its_second_factor(
    make: Factory, client: AuditedClient, app: Flask, role: Role
) -> None:
    half_signed_in(client, make.member(make.organisation(), role))
    for rule in app.url_map.iter_rules():
        if rule.rule == "/account/erased":  # a farewell that everybody may read
            continue
        if rule.rule.startswith(("/manage", "/account")) and "GET" in (rule.methods or ()) and not rule.arguments:
            answer = client.get(rule.rule)
            assert (answer.status_code, str(answer.location)[:8]) == (302, "/sign-in"), rule.rule
    assert client.get("/sign-in?next=/manage").location == f"{CHALLENGE}?next=/manage"
    assert client.get("/").status_code == 200


def test_an_administrator_of_the_platform_reaches_nothing_before_the_second_factor(
    make: Factory, client: AuditedClient
) -> None:
    half_signed_in(client, make.administrator())
    assert client.get("/manage").status_code == 302


def test_half_way_through_a_sign_in_nobody_acts_as_a_citizen_either(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    number = make.contribution(made)
    half_signed_in(client, make.member(made.organisation_id))
    path = f"/consultations/{made.slug}/contributions/{number}"
    answer = client.send(f"{path}/support", page="/sign-in/second-factor/new")
    assert answer.status_code in {303, 401}
    assert "/sign-in" in str(answer.location) or answer.status_code == 401
    assert "Moderate" not in client.get(f"/en{path}").text


def test_a_team_enrols_at_its_first_sign_in_and_then_manages(
    make: Factory, client: AuditedClient, another: AuditedClient
) -> None:
    actor = make.member(make.organisation())
    another.sign_in(actor)
    half_signed_in(client, actor)
    before = cookie(client)
    assert client.get(f"{CHALLENGE}?next=/manage").location == f"{FIRST}?next=/manage"
    enrol(client, FIRST)
    assert cookie(client) != before
    assert client.get("/manage").status_code == 200
    assert another.get("/manage").status_code == 302  # signed in before it: signed out


def test_enrolling_never_replaces_a_second_factor_half_way(
    make: Factory, client: AuditedClient, another: AuditedClient
) -> None:
    actor = make.member(make.organisation())
    enrol(half_signed_in(client, actor), FIRST)
    half_signed_in(another, actor)
    assert another.get(FIRST).location == CHALLENGE
    assert another.send(FIRST, {"code": "000000"}, page=CHALLENGE).location == CHALLENGE


def test_a_browser_left_half_way_has_to_start_again(make: Factory, client: AuditedClient, real: Clock) -> None:
    half_signed_in(client, make.member(make.organisation()))
    real.forward(timedelta(minutes=16))
    assert client.get(FIRST).location == "/sign-in"


def test_a_second_factor_comes_soon_after_the_first(
    enrolled: tuple[str, list[str]], person: Actor, another: AuditedClient, real: Clock
) -> None:
    half_signed_in(another, person)
    page = another.get(CHALLENGE).text
    real.forward(timedelta(minutes=16))
    code = {"csrf_token": csrf_token(page), "code": code_of(enrolled[0])}
    assert another.post(CHALLENGE, data=code).location == "/sign-in"
    assert another.get("/account").status_code == 302
    assert "trop de temps" in another.get("/sign-in").text
    assert another.get(CHALLENGE).location == "/sign-in"


def test_a_team_cannot_turn_its_second_factor_off(make: Factory, client: AuditedClient) -> None:
    client.sign_in(make.member(make.organisation()))
    enrol(client)
    assert client.send("/account/second-factor/off", page="/account/security").status_code == 403
    assert count(SecondFactor) == 1


# --- codes


def test_each_code_works_once(enrolled: tuple[str, list[str]], person: Actor, app: Flask, real: Clock) -> None:
    secret, _codes = enrolled
    code = code_of(secret)
    first, second = (half_signed_in(AuditedClient(app), person) for _ in range(2))
    assert first.get("/account").status_code == 302
    assert not refused(first, code)
    assert first.get("/account").status_code == 200
    assert refused(second, code)
    real.forward(timedelta(seconds=30))
    assert not refused(second, code_of(secret))


def test_the_code_that_enrolled_cannot_sign_in(
    client: AuditedClient, another: AuditedClient, person: Actor, real: Clock
) -> None:
    client.sign_in(person)
    secret, _codes = enrol(client)
    assert refused(half_signed_in(another, person), code_of(secret))


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_differ_by_one_step(
    enrolled: tuple[str, list[str]], person: Actor, real: Clock, app: Flask, *, steps: int, taken: bool
) -> None:
    real.forward(timedelta(minutes=5))
    assert refused(half_signed_in(AuditedClient(app), person), code_of(enrolled[0], steps)) is not taken


def test_attempts_at_codes_are_limited_per_account_whatever_the_browser(
    enrolled: tuple[str, list[str]], person: Actor, app: Flask
) -> None:
    allowed = ACCOUNT_LIMITS[AttemptKind.SECOND_FACTOR][0].count
    for _attempt in range(allowed):
        assert refused(half_signed_in(AuditedClient(app), person), "000000")
    last = half_signed_in(AuditedClient(app), person)
    answer = last.send(CHALLENGE, {"code": code_of(enrolled[0])})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert last.get("/account").status_code == 302


def test_whoever_tries_codes_leaves_the_owner_a_way_in(
    enrolled: tuple[str, list[str]], person: Actor, app: Flask
) -> None:
    allowed = ACCOUNT_LIMITS[AttemptKind.SECOND_FACTOR][0].count
    thief, owner = (half_signed_in(AuditedClient(app), person) for _ in range(2))
    for wrong in ("000000", "aaaa-bbbb-cccc-dddd-eeee-ffff"):
        statuses = [thief.send(CHALLENGE, {"code": wrong}).status_code for _ in range(allowed + 1)]
        assert statuses == [422] * allowed + [429]
    assert owner.send(CHALLENGE, {"code": code_of(enrolled[0])}).status_code == 429
    assert not refused(owner, enrolled[1][0])
    assert owner.get("/account").status_code == 200


def test_a_recovery_code_works_once_and_is_told(
    enrolled: tuple[str, list[str]], person: Actor, app: Flask
) -> None:
    _secret, codes = enrolled
    first, second = (half_signed_in(AuditedClient(app), person) for _ in range(2))
    assert not refused(first, codes[3].upper().replace("-", " "))
    assert refused(second, codes[3])
    assert not refused(second, codes[4])
    assert count(RecoveryCode) == 8
    assert sum("code de secours" in text for text in mails_to("person1@example.org")) == 2


def test_new_recovery_codes_replace_the_earlier_ones(
    enrolled: tuple[str, list[str]], client: AuditedClient, another: AuditedClient, person: Actor
) -> None:
    answer = client.send("/account/second-factor/codes", page="/account/security")
    assert enrolled[1][0] not in answer.text
    assert count(RecoveryCode) == 10
    assert refused(half_signed_in(another, person), enrolled[1][0])


def test_a_recovery_code_belongs_to_one_person(enrolled: tuple[str, list[str]], make: Factory, app: Flask) -> None:
    other, browser = make.person("Noé"), AuditedClient(app)
    browser.sign_in(other)
    enrol(browser)
    assert refused(half_signed_in(AuditedClient(app), other), enrolled[1][0])


def test_nothing_at_rest_gives_a_code(enrolled: tuple[str, list[str]], client: AuditedClient) -> None:
    secret, codes = enrolled
    client.get("/account/second-factor")  # another one is being shown
    with transaction() as session:
        sealed = session.scalars(select(SecondFactor.sealed_secret)).one()
        hashes = set(session.scalars(select(RecoveryCode.code_hash)))
        data = str(session.scalars(select(BrowserSession.data)).all())
    shown = secret_on(client.get("/account/second-factor").text)
    assert secret not in sealed
    assert shown not in data
    assert all(len(found) == 64 for found in hashes)
    assert not hashes & set(codes)
    assert one_time_codes.unseal(sealed, key=b"for tests only") == secret
    assert one_time_codes.unseal(sealed, key=b"another key") is None


def test_recovery_codes_have_at_least_112_random_bits() -> None:
    (first, *_others) = one_time_codes.new_recovery_codes()
    assert len(first.replace("-", "")) * 5 >= 112


def test_a_wrong_first_code_sets_nothing_up(client: AuditedClient, person: Actor) -> None:
    client.sign_in(person)
    secret = secret_on(client.get("/account/second-factor").text)
    answer = client.send("/account/second-factor", {"code": f"{(int(code_of(secret)) + 1) % 10**6:06d}"})
    assert answer.status_code == 422
    assert secret_on(answer.text) == secret
    assert count(SecondFactor) == 0


def test_the_picture_is_drawn_without_styles(client: AuditedClient, person: Actor) -> None:
    client.sign_in(person)
    html = client.get("/account/second-factor").text
    picture = html.split("<svg", 1)[1].split("</svg>", 1)[0]
    assert "style" not in picture
    assert "otpauth://totp/" in html


def test_a_citizen_turns_it_off_and_is_told(
    enrolled: tuple[str, list[str]], client: AuditedClient, another: AuditedClient, person: Actor
) -> None:
    assert client.send("/account/second-factor/off", page="/account/security").location == "/account/security"
    another.sign_in(person, second_factor=False)
    assert another.get("/account").status_code == 200
    assert "désactivé" in mails_to("person1@example.org")[-1]


# --- the operator


def operate(app: Flask, *words: str) -> object:
    settings: Settings = app.extensions["consult_settings"]
    environment = {
        "CONSULT_DATABASE_URL": settings.resolved_database_url,
        "CONSULT_INSTANCE_PATH": str(settings.instance_path),
        "CONSULT_SECRET_KEY": settings.secret_key,
    }
    return CliRunner().invoke(cli, ["user", *words], env=environment).exception


def test_an_operator_resets_a_lost_second_factor(
    make: Factory, app: Flask, client: AuditedClient, another: AuditedClient
) -> None:
    actor = make.member(make.organisation())
    enrol(half_signed_in(client, actor), FIRST)
    with transaction() as session:
        email = session.scalars(select(SecondFactor.person_id)).one()
    assert email == actor.person_id
    address = client.get("/account").text.split("<strong>")[1].split("</strong>")[0]
    assert operate(app, "reset-second-factor", "--email", address) is None
    assert client.get("/manage").status_code == 302
    assert half_signed_in(another, actor).get(CHALLENGE).location == FIRST
    assert "réinitialisé" in mails_to(address)[-1]
    assert isinstance(operate(app, "reset-second-factor", "--email", address), OperatorError)


def test_a_disabled_person_is_signed_out_and_cannot_sign_in(
    person: Actor, app: Flask, client: AuditedClient
) -> None:
    client.sign_in(person)
    assert operate(app, "disable", "--email", "person1@example.org") is None
    assert client.get("/account").status_code == 302
    client.sign_in(person)
    assert client.get("/account").status_code == 302
    assert operate(app, "enable", "--email", "person1@example.org") is None
    client.sign_in(person)
    assert client.get("/account").status_code == 200
    assert isinstance(operate(app, "disable", "--email", "nobody@example.org"), OperatorError)
