"""The members' page and the way of an invitation, from the form to the team."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from consult.accounts.models import Person
from consult.core.access import Actor
from consult.core.db import transaction
from consult.core.mail import OutgoingMail
from consult.organisations import queries
from consult.organisations.values import Role
from tests.accounts.flows import Clock, ask
from tests.organisations.inviting import invitation_ids, invitation_mails, invite, path_in
from tests.organisations.test_invitations import LIFETIME, address_of
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements

PAGE = "/en/manage/organisations/organisation-1/members"
ADDRESS = "new@example.org"


@pytest.fixture
def organisation(make: Factory) -> int:
    return make.organisation("Val-des-Tilleuls")


@pytest.fixture
def boss(make: Factory, organisation: int) -> Actor:
    return make.member(organisation, Role.ADMINISTRATOR)


def _code_sent() -> str:
    """The code of the latest sign-in mail to the address, which has had an invitation as well."""
    with transaction() as session:
        newest = (
            select(OutgoingMail.text).where(OutgoingMail.recipient == ADDRESS).order_by(OutgoingMail.id.desc())
        )
        (code,) = re.findall(r"^ {4}(\d{6})$", session.scalars(newest.limit(1)).one() or "", re.MULTILINE)
    return str(code)


def _person(email: str) -> Actor:
    with transaction() as session:
        return Actor(person_id=session.scalars(select(Person.id).where(Person.email == email)).one())


def send_invitation(client: AuditedClient, email: str = ADDRESS, role: str = "manager", words: str = "") -> str:
    answer = client.send(PAGE, {"email": email, "role": role, "words": words})
    assert answer.status_code == 303, answer.text
    return path_in(invitation_mails(email)[-1])


def roles(person: Actor) -> dict[int, str]:
    assert person.person_id is not None
    with transaction() as session:
        return queries.roles_of(session, person.person_id)


def test_everybody_in_the_team_sees_it_and_its_administrators_the_addresses(
    client: AuditedClient, make: Factory, organisation: int, boss: Actor
) -> None:
    manager, moderator = make.member(organisation), make.member(organisation, Role.MODERATOR)
    invite(boss, organisation, ADDRESS)
    for actor, sees in ((boss, True), (make.administrator(), True), (manager, False), (moderator, False)):
        client.sign_in(actor)
        page = client.get(PAGE).text
        assert "administrator" in page
        assert all(person.display_name in page for person in (boss, manager, moderator))
        for only_managing in (address_of(manager), ADDRESS, "Invite somebody", "What was done", "Change the role"):
            assert (only_managing in page) is sees, only_managing
    client.sign_in(make.member(make.organisation(), Role.ADMINISTRATOR))
    assert client.get(PAGE).status_code == 403
    assert client.get("/en/manage/organisations/nowhere/members").status_code == 404


def test_its_statements_do_not_grow_with_the_team(
    client: AuditedClient, make: Factory, organisation: int, boss: Actor
) -> None:
    client.sign_in(boss)
    client.get(PAGE)
    with recorded_statements() as few:
        client.get(PAGE)
    for number in range(12):
        make.member(organisation, Role.MODERATOR)
        invite(boss, organisation, f"a{number}@example.org")
    with recorded_statements() as many:
        page = client.get(PAGE).text
    assert len(many) == len(few)
    assert page.count("data-person=") == 13
    assert "before=" in page, "the log goes on on another page"
    older = page.split("before=")[1].split("#")[0]
    assert "was made a member" in client.get(f"{PAGE}?before={older}").text


@pytest.mark.parametrize("before", ["9" * 5000, "99999999999", "-1", "x"])
def test_a_number_that_no_line_has_begins_at_the_newest(client: AuditedClient, boss: Actor, before: str) -> None:
    client.sign_in(boss)
    answer = client.get(f"{PAGE}?before={before}")
    assert answer.status_code == 200
    assert "What was done" in answer.text


def test_the_page_of_an_invitation_is_not_kept(client: AuditedClient, organisation: int, boss: Actor) -> None:
    answer = client.get(f"/invitations/{invite(boss, organisation, ADDRESS)}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_a_newcomer_comes_by_invitation_and_gives_consent(app: Flask, client: AuditedClient, boss: Actor) -> None:
    client.sign_in(boss)
    words = "À lundi <b>en mairie</b> !"
    path = send_invitation(client, words=words)
    (mail,) = invitation_mails(ADDRESS)
    assert mail.subject == "Val-des-Tilleuls invites you to its team"
    assert boss.display_name in (mail.text or "")
    assert words in (mail.text or "")
    assert "&lt;b&gt;en mairie" in (mail.html or "")
    assert path_in(mail) in (mail.html or "")
    assert "7 days" in (mail.text or "")

    newcomer = AuditedClient(app)
    page = newcomer.get(path)
    assert page.status_code == 200
    assert "Val-des-Tilleuls" in page.text
    assert "manager" in page.text
    assert ADDRESS not in page.text
    assert page.headers.getlist("Set-Cookie") == []
    onward = page.text.split("/en/sign-in?next=")[1].split('"')[0]
    assert f"next={path}" not in page.text, "no token is stored with a sign-in under way"
    ask(newcomer, ADDRESS, f"/en/sign-in?next={onward}")
    newcomer.send("/en/sign-in/code", {"code": _code_sent()})
    opened = newcomer.send("/en/sign-in/welcome", {"display_name": "Nadia", "consent": "y"})
    assert (opened.status_code, opened.location) == (303, onward)

    before = newcomer.get_cookie("consult")
    joined = newcomer.send(onward)
    assert (joined.status_code, joined.location) == (303, "/en/sign-in/second-factor?next=/en/manage")
    after = newcomer.get_cookie("consult")
    assert before is not None
    assert after is not None
    assert before.value != after.value, "a new session with the new rights"
    assert newcomer.get(str(joined.location)).location == "/en/sign-in/second-factor/new?next=/en/manage"
    assert newcomer.get(PAGE).status_code == 302, "not before the second factor is set up"
    newcomer.sign_in(_person(ADDRESS))
    page = newcomer.get(PAGE).text
    assert "Nadia" in page
    assert AuditedClient(app).get(path).status_code == 410
    assert invitation_ids(ADDRESS) == []


def test_another_account_is_told_so(app: Flask, client: AuditedClient, make: Factory, boss: Actor) -> None:
    client.sign_in(boss)
    path = send_invitation(client)
    other, person = AuditedClient(app), make.person()
    other.sign_in(person)
    led = other.get(path)
    assert led.status_code == 303
    answer = other.get(str(led.location))
    assert answer.status_code == 403
    assert "Sign out, then sign in with the address" in answer.text
    assert other.send(str(led.location)).status_code == 403
    unknown = str(led.location).replace("invitations/", "invitations/9")
    told = other.get(unknown)
    assert (told.status_code, told.text.count("no invitation for the address")) == (403, 1)
    assert roles(person) == {}


def test_a_link_is_good_for_seven_days(client: AuditedClient, boss: Actor, app: Flask, real: Clock) -> None:
    client.sign_in(boss)
    path = send_invitation(client)
    real.forward(LIFETIME)
    page = AuditedClient(app).get(path)
    assert page.status_code == 410
    assert "Ask whoever invited you" in page.text


def test_sending_again_and_revoking(app: Flask, client: AuditedClient, boss: Actor) -> None:
    client.sign_in(boss)
    first = send_invitation(client)
    (found,) = invitation_ids(ADDRESS)
    base = PAGE.removesuffix("/members")
    assert client.send(f"{base}/invitations/{found}/send", page=PAGE).status_code == 303
    second = path_in(invitation_mails(ADDRESS)[-1])
    visitor = AuditedClient(app)
    assert (visitor.get(first).status_code, visitor.get(second).status_code) == (410, 200)
    assert client.send(f"{base}/invitations/{found}/revoke", page=PAGE).status_code == 303
    assert visitor.get(second).status_code == 410
    assert client.send(f"{base}/invitations/{found}/revoke", page=PAGE).status_code == 404
    page = client.get(PAGE).text
    assert "revoked an invitation" in page
    assert ADDRESS not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "nobody", "role": "manager"}, "Enter a complete e-mail address"),
        ({"email": ADDRESS, "role": "emperor"}, "Not a valid choice"),
        ({"email": ADDRESS}, "Choose a role"),
        ({"email": ADDRESS, "role": "manager", "words": "x" * 501}, "Enter at most 500 characters"),
        ({"email": ADDRESS, "role": "manager", "words": "a\x00b"}, "cannot be"),
    ],
)
def test_a_form_that_cannot_be_sent_comes_back(
    client: AuditedClient, boss: Actor, fields: dict[str, str], sentence: str
) -> None:
    client.sign_in(boss)
    answer = client.send(PAGE, fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert fields["email"] in answer.text
    assert invitation_ids(ADDRESS) == []


def test_who_is_there_already_is_named_on_the_form(
    client: AuditedClient, make: Factory, organisation: int, boss: Actor
) -> None:
    member = make.member(organisation)
    client.sign_in(boss)
    answer = client.send(PAGE, {"email": address_of(member), "role": "manager"})
    assert answer.status_code == 422
    assert "in the team already" in answer.text


def test_roles_change_and_members_go_after_a_question(
    app: Flask, client: AuditedClient, make: Factory, organisation: int, boss: Actor
) -> None:
    person = make.member(organisation, Role.MODERATOR)
    theirs = AuditedClient(app)
    theirs.sign_in(person)
    client.sign_in(boss)
    one = f"{PAGE}/{person.person_id}"
    assert client.send(one, {"role": "manager"}).status_code == 303
    assert roles(person) == {organisation: "manager"}
    assert theirs.get("/en/manage").status_code == 302, "signed out"
    asked = client.get(f"{one}/remove")
    assert "signed out everywhere" in asked.text
    assert roles(person) == {organisation: "manager"}
    assert client.send(f"{one}/remove").status_code == 303
    assert roles(person) == {}
    page = client.get(PAGE).text
    assert f"{boss.display_name} removed {person.display_name} from the team (manager)." in page
    assert client.get(one).status_code == 404


def test_the_last_administrator_is_offered_no_way_out(client: AuditedClient, boss: Actor) -> None:
    client.sign_in(boss)
    page = client.get(PAGE).text
    assert "The only administrator" in page
    one = f"{PAGE}/{boss.person_id}"
    for path in (one, f"{one}/remove"):
        assert "make somebody else administrator first" in client.get(path).text
    for path, fields in ((one, {"role": "manager"}), (f"{one}/remove", {})):
        assert client.send(path, fields, page=PAGE).status_code == 403
    assert len(roles(boss)) == 1


def test_one_leaves_and_stays_signed_in_here_only(
    app: Flask, client: AuditedClient, make: Factory, organisation: int
) -> None:
    person = make.member(organisation, Role.MODERATOR)
    elsewhere = AuditedClient(app)
    elsewhere.sign_in(person)
    client.sign_in(person)
    page = client.get(PAGE).text
    assert f"members/{person.person_id}/remove" in page
    assert client.send(f"{PAGE}/{person.person_id}/remove").status_code == 303
    assert roles(person) == {}
    home = client.get("/en/").text
    assert "You have left the team" in home
    assert person.display_name in client.get("/en/account").text
    assert elsewhere.get("/en/account").status_code == 302


def test_one_who_gives_up_the_administration_stays_signed_in(
    client: AuditedClient, make: Factory, organisation: int, boss: Actor
) -> None:
    make.member(organisation, Role.ADMINISTRATOR)
    client.sign_in(boss)
    assert client.send(f"{PAGE}/{boss.person_id}", {"role": "moderator"}).status_code == 303
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Invite somebody" not in page.text


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.MANAGER])
def test_the_others_change_nothing(client: AuditedClient, make: Factory, organisation: int, role: Role) -> None:
    boss, person = make.member(organisation, Role.ADMINISTRATOR), make.member(organisation, role)
    invite(boss, organisation, ADDRESS)
    (found,) = invitation_ids(ADDRESS)
    client.sign_in(person)
    base = PAGE.removesuffix("/members")
    for path in (
        PAGE,
        f"{PAGE}/{boss.person_id}",
        f"{PAGE}/{boss.person_id}/remove",
        f"{PAGE}/{person.person_id}",
        f"{base}/invitations/{found}/send",
        f"{base}/invitations/{found}/revoke",
    ):
        answer = client.send(
            path, {"email": "a@example.org", "role": "administrator"}, page=f"{PAGE}/{person.person_id}/remove"
        )
        assert answer.status_code == 403, path
        assert "Only administrators of the organisation" in answer.text
    assert roles(person) == {organisation: role.value}
    assert invitation_ids(ADDRESS) == [found]


def test_the_pages_speak_french(client: AuditedClient, boss: Actor, app: Flask) -> None:
    client.sign_in(boss)
    page = PAGE.removeprefix("/en")
    assert "Membres de l’équipe" in client.get(page).text
    answer = client.send(page, {"email": ADDRESS, "role": "administrator"})
    assert answer.status_code == 303
    (mail,) = invitation_mails(ADDRESS)
    assert (mail.subject, mail.language) == ("Val-des-Tilleuls vous invite dans son équipe", "fr")
    assert "(rôle\u00a0: administration)" in (mail.text or "")
    assert "Vous êtes invité" in AuditedClient(app).get(path_in(mail)).text


def test_the_dashboard_leads_there(client: AuditedClient, make: Factory, organisation: int) -> None:
    client.sign_in(make.member(organisation, Role.MODERATOR))
    page = client.get("/en/manage").text
    assert PAGE in page
    assert "/identity" not in page
