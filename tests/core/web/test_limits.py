"""Limits over HTTP: each act has one, told in words; nothing typed is lost; nobody talks their way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from limits import parse_many
from sqlalchemy import func, select

from consult.core.db import transaction
from consult.core.limits import DatabaseStorage, LimitCount, Limiter, build_storage
from consult.core.web.limits import LIMITS, Limit, count, declared_limits, limiter
from consult.proposals.models import Comment, Contribution, Support
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory, Made
from tests.support.installation import free_port

# Endpoints that are sent forms and are counted by no limit of this table, each with its reason.
EXEMPT = {
    "second_factor.first": "needs a proven address, and counts its attempts in rows of accounts",
    "accounts.confirm": "needs a link of 256 random bits, used once",
    "accounts.sign_out": "ends one's own session and does nothing else",
    "legal.counting": "sets a cookie of one's own and writes nothing",
    "appearance.choose": "sets a cookie of one's own and writes nothing",
}
TEXT = "A bench in the shade, for those who wait"
BODY = "There is none between the school and the market, and the way is long."
LIBRARY, NEIGHBOUR, ELSEWHERE = "203.0.113.9", "203.0.113.77", "198.51.100.4"


@pytest.fixture
def narrow(app: Flask) -> Iterator[Limiter]:
    """The limits of the table as they are, at their narrowest where a test says so, counted from nothing."""
    generous = app.extensions["consult_limiter"]
    app.extensions["consult_limiter"] = Limiter(DatabaseStorage(), key=b"for tests only")
    yield app.extensions["consult_limiter"]
    app.extensions["consult_limiter"] = generous


@pytest.fixture
def once(narrow: Limiter) -> Limiter:
    """Everything may be done once, whoever counts."""
    narrow.factor = 0.0001
    return narrow


@pytest.fixture
def place(make: Factory) -> Made:
    consultation = make.consultation()
    make.contribution(consultation)
    make.contribution(consultation)
    return consultation


def from_address(client: AuditedClient, address: str) -> AuditedClient:
    client.environ_base["REMOTE_ADDR"] = address
    return client


def citizen(app: Flask, make: Factory, address: str = LIBRARY) -> AuditedClient:
    client = from_address(AuditedClient(app), address)
    client.sign_in(make.person())
    return client


def here(place: Made) -> str:
    return f"/en/consultations/{place.slug}/contributions"


def test_every_form_is_counted_or_says_why_not(app: Flask) -> None:
    uncounted = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not declared_limits(app.view_functions[rule.endpoint])
    }
    assert uncounted - set(EXEMPT) == set(), "name a limit with @limited, or a reason in EXEMPT"
    assert set(EXEMPT) - uncounted == set(), "these are counted: their reason is out of date"


def test_every_limit_of_the_table_is_used_by_an_endpoint(app: Flask) -> None:
    used = {name for view in app.view_functions.values() for name in declared_limits(view)}
    assert set(LIMITS) - used <= {"report", "waiting"}


@pytest.mark.parametrize("name", LIMITS)
def test_networks_are_given_far_more_than_accounts(name: str) -> None:
    limit = LIMITS[name]
    account, address, network = (
        parse_many(text) if text else [] for text in (limit.account, limit.address, limit.network)
    )
    assert network[0].amount >= 2 * address[0].amount
    if account:
        assert address[0].amount / address[0].get_expiry() >= 4 * account[0].amount / account[0].get_expiry()


def test_supports(app: Flask, make: Factory, once: Limiter, place: Made) -> None:
    client = citizen(app, make)
    page = f"{here(place)}/1"
    assert client.send(f"{page}/support", page=page).status_code == 303
    answer = client.send(f"{here(place)}/2/support", page=f"{here(place)}/2")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 86_401
    assert "You can try again in " in answer.text
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Support)) == 1


def test_a_comment_is_kept_on_the_page_that_refuses_it(
    app: Flask, make: Factory, once: Limiter, place: Made
) -> None:
    client = citizen(app, make)
    page = f"{here(place)}/1"
    typed = {"stance": "for", "body": 'First "line" <b>\nsecond line'}
    assert client.send(f"{page}/comments", typed, page=page).status_code == 303
    answer = client.send(f"{page}/comments", typed, page=page)
    assert answer.status_code == 429
    assert "Nothing is lost" in answer.text
    assert 'name="stance" value="for"' in answer.text
    assert 'name="body" value="First &#34;line&#34; &lt;b&gt;\nsecond line"' in answer.text
    once.factor = 1000
    again = client.post(
        f"{page}/comments", data={**typed, "csrf_token": csrf_token(answer.text)}
    )  # the button of that page
    assert again.status_code == 303
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 2


def test_a_script_gets_the_sentence(app: Flask, make: Factory, once: Limiter, place: Made) -> None:
    client = citizen(app, make)
    page = f"{here(place)}/1"
    for _ in range(2):
        answer = client.send(
            f"{page}/comments", {"stance": "for", "body": TEXT}, page=page, headers={"X-Fragment": "discussion"}
        )
    assert answer.status_code == 429
    assert answer.headers["X-Fragment"] == "refusal"
    assert "You can try again in " in answer.text
    assert "<form" not in answer.text


def test_contributions_and_their_draft_stays(app: Flask, make: Factory, once: Limiter, place: Made) -> None:
    client = citizen(app, make)

    def write() -> int:
        once.factor = 1000  # the steps before are not what is counted here
        client.send(f"{here(place)}/new", {"title": TEXT, "question": "1"})
        client.send(f"{here(place)}/new/text", {"body": BODY})
        once.factor = 0.0001
        return client.send(f"{here(place)}/new/preview").status_code

    with transaction() as session:
        before = session.scalar(select(func.count()).select_from(Contribution)) or 0
    assert write() == 303
    assert write() == 429
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Contribution)) == before + 1
    once.factor = 1000
    assert BODY in client.get(f"{here(place)}/new/text").text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/new", {"title": TEXT, "question": "1"}),
        ("/new/draft", {"title": TEXT}),
        ("/preview", {"text": BODY}),
    ],
)
def test_what_visitors_send(
    client: AuditedClient, once: Limiter, place: Made, path: str, data: dict[str, str]
) -> None:
    first, second = (client.send(f"{here(place)}{path}", data, page=f"{here(place)}/new") for _ in range(2))
    assert first.status_code < 400
    assert second.status_code == 429


@pytest.mark.parametrize("path", ["/contributions?q=bench", "/contributions.csv"])
def test_reading_that_costs_much(client: AuditedClient, once: Limiter, place: Made, path: str) -> None:
    address = f"/en/consultations/{place.slug}{path}"
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 429
    assert _counts() == 0  # and it writes nothing


def test_reading_is_not_limited(client: AuditedClient, once: Limiter, place: Made) -> None:
    for path in ("", "/contributions", "/contributions/1", "/statistics"):
        assert [client.get(f"/consultations/{place.slug}{path}").status_code for _ in range(3)] == [200] * 3
    assert _counts() == 0


def test_changes_of_the_account(app: Flask, make: Factory, once: Limiter) -> None:
    client = citizen(app, make)
    statuses = [client.send("/account", {"display_name": "Claire M."}).status_code for _ in range(2)]
    assert statuses == [303, 429]


def test_a_library_behind_one_address_goes_on_when_one_of_its_readers_has_to_wait(
    app: Flask, make: Factory, narrow: Limiter, place: Made
) -> None:
    page = f"{here(place)}/1"
    first, second = citizen(app, make), citizen(app, make)
    typed = {"stance": "for", "body": TEXT}
    statuses = [first.send(f"{page}/comments", typed, page=page).status_code for _ in range(16)]
    assert statuses == [303] * 15 + [429]
    assert second.send(f"{page}/comments", typed, page=page).status_code == 303


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:9:3::1", False),
        (LIBRARY, ELSEWHERE, False),
        (LIBRARY, f"::ffff:{LIBRARY}", True),
    ],
    ids=["one /64", "another /48", "another IPv4", "IPv4 written as IPv6"],
)
def test_an_address_is_all_of_ipv4_or_the_64_of_ipv6(
    app: Flask, once: Limiter, place: Made, one: str, other: str, *, together: bool
) -> None:
    first, second = from_address(AuditedClient(app), one), from_address(AuditedClient(app), other)
    path = f"{here(place)}/new/draft"
    assert first.send(path, {"title": TEXT}, page=f"{here(place)}/new").status_code == 200
    answer = second.send(path, {"title": TEXT}, page=f"{here(place)}/new")
    assert answer.status_code == (429 if together else 200)


@pytest.mark.parametrize(
    ("near", "neighbour"),
    [(LIBRARY, NEIGHBOUR), ("2001:db8:1:2::1", "2001:db8:1:9::1")],
    ids=["the /24 of IPv4", "the /48 of IPv6"],
)
def test_the_network_around_an_address_has_a_limit_too(
    app: Flask, narrow: Limiter, near: str, neighbour: str
) -> None:
    limit = Limit("", "9 per minute", "1 per minute")
    waits = []
    for address in (near, neighbour, ELSEWHERE):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            waits.append(count("draft", limit) > 0)
    assert waits == [False, True, False]


def test_who_is_refused_uses_nothing_up_that_neighbours_share(app: Flask, narrow: Limiter) -> None:
    limit = Limit("", "2 per minute", "4 per minute")
    waits = []
    for address in [LIBRARY] * 9 + [NEIGHBOUR] * 2:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            waits.append(count("draft", limit) > 0)
    assert waits == [False] * 2 + [True] * 7 + [False] * 2


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sign-in", {"email": "claire@example.org"}),
        ("/sign-in/code", {"code": "123456"}),
        ("/sign-in/password", {"email": "claire@example.org", "password": "wrong horse battery"}),
        ("/sign-in/second-factor", {"code": "123456"}),
    ],
)
def test_each_step_of_a_sign_in_is_counted_for_address_and_network(
    app: Flask, make: Factory, narrow: Limiter, path: str, data: dict[str, str]
) -> None:
    for address, then in ((LIBRARY, NEIGHBOUR), (NEIGHBOUR, ELSEWHERE)):
        narrow.factor = 1000
        client = from_address(AuditedClient(app), address)
        if path.endswith("factor"):
            client.sign_in(make.member(make.organisation()), second_factor=False)
            page = f"{path}/new"
        else:
            client.send("/sign-in", {"email": "claire@example.org"})
            page = path
        narrow.factor = 1 / 480  # one act per address, one per network
        narrow.storage.reset()
        first = client.send(path, data, page=page)
        assert first.status_code in {303, 422}
        assert client.send(path, data, page=page).status_code == 429
        assert from_address(client, then).send(path, data, page=page).status_code == (
            429 if then == NEIGHBOUR else first.status_code
        )


def test_a_forged_forwarding_header_is_another_address_for_nobody(
    app: Flask, client: AuditedClient, once: Limiter, place: Made
) -> None:
    path, page = f"{here(place)}/new/draft", f"{here(place)}/new"
    statuses = [
        client.send(
            path, {"title": TEXT}, page=page, headers={"X-Forwarded-For": f"198.51.100.{number}"}
        ).status_code
        for number in range(3)
    ]
    assert statuses == [200, 429, 429]


def test_without_redis_people_go_on_supporting(
    app: Flask, make: Factory, narrow: Limiter, place: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("redis")
    monkeypatch.setattr(narrow, "storage", build_storage(f"redis://127.0.0.1:{free_port()}/0"))
    client = citizen(app, make)
    page = f"{here(place)}/1"
    assert client.get(page).status_code == 200
    assert client.send(f"{page}/support", page=page).status_code == 303
    assert limiter() is narrow


def _counts() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(LimitCount)) or 0
