"""Every payload in every field, in every place where it is shown: nothing runs, nothing is asked for elsewhere.

The browsers obey no policy here (`bypass_csp`): what is tested is that nothing gets through the escaping and the
cleaning; that each answer carries the policy as well is tested everywhere else.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from urllib.parse import quote

from tests.journeys.hostile.conftest import HostilePlace
from tests.journeys.hostile.trap import Trap
from tests.support.clients import csrf_token

ENOUGH = 150
HERE = "/consultations/tout"
SECTIONS = (
    "",
    "/about",
    "/testimonies",
    "/contributions",
    "/contributions/new",
    "/statistics",
    "/follow-up",
    "/journal",
)
OpenTrap = Callable[..., Trap]
_NEXT = re.compile(r'href="([^"]*[?&;](?:after|before)=[^"]*)"')


def both_languages(*addresses: str) -> Iterator[str]:
    for address in addresses:
        yield address
        yield f"/en{address}"


def slugs_of(place: HostilePlace, beginning: str) -> list[str]:
    return [slug for slug in place.seeded.slugs if slug.startswith(beginning)]


def continued(place: HostilePlace, address: str, most: int = 40, token: str = "") -> list[str]:
    """A page and those that follow it, by their links with a cursor."""
    found = [address]
    with place.app.test_client() as client:
        if token:
            client.set_cookie("consult", token)
        while len(found) < most:
            links = _NEXT.findall(client.get(found[-1]).get_data(as_text=True))
            following = [link.replace("&amp;", "&").split("#")[0] for link in links]
            fresh = [link for link in following if link not in found]
            if not fresh:
                break
            found.append(fresh[-1])
    return found


def members_of(place: HostilePlace) -> list[str]:
    """The people of the team that everybody joined."""
    address = "/manage/organisations/equipe/members"
    with place.app.test_client() as client:
        client.set_cookie("consult", place.seeded.administrator_token)
        found = re.findall(rf'href="{address}/(\d+)"', client.get(address).get_data(as_text=True))
    return list(dict.fromkeys(found))


def test_there_are_enough_payloads_in_every_field(place: HostilePlace) -> None:
    assert len(place.texts) >= ENOUGH
    assert len(set(place.texts)) == len(place.texts)
    assert {name: times for name, times in place.seeded.tried.items() if times < ENOUGH} == {}
    # A field that refuses nearly everything would prove little of what is shown.
    assert {name: times for name, times in place.seeded.stored.items() if times < ENOUGH} == {}


def test_the_trap_catches_what_is_not_escaped(place: HostilePlace, open_trap: OpenTrap) -> None:
    """The test can fail: as they are, most payloads are caught, by what they do or by what they are."""
    trap, missed = open_trap(), []
    for text in place.texts[:90:3]:
        trap.caught.clear()
        heard = len(place.canary.heard)
        found = trap.show(f"<!doctype html><title>x</title><body><p>{text}</p>")
        trap.page.wait_for_timeout(5)
        if not (found or trap.caught or len(place.canary.heard) > heard):
            missed.append(text)
    place.canary.heard.clear()
    assert len(missed) < 6, missed


def test_public_pages_of_all(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    trap.look(*both_languages("/", "/site-map", "/legal", "/privacy", "/accessibility"))
    trap.verdict()


def test_titles_summaries_commitments_questions_and_outcomes(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    slugs = slugs_of(place, "consultation-")
    assert len(slugs) >= ENOUGH
    for section in ("", "/follow-up"):
        trap.look(*(f"/consultations/{slug}{section}" for slug in slugs))
    trap.verdict()


def test_every_section_in_both_languages(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    for slug in ("tout", "consultation-1", *slugs_of(place, "voix-")):
        trap.look(*both_languages(*(f"/consultations/{slug}{section}" for section in SECTIONS)))
    trap.verdict()


def test_the_lists_of_contributions(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    pages = continued(place, f"{HERE}/contributions?sort=recent")
    assert len(pages) * 20 >= place.seeded.contributions, "the list has more pages than were looked at"
    trap.look(*pages, *(f"{HERE}/contributions?sort={sort}" for sort in ("rotating", "supported", "discussed")))
    trap.verdict()


def test_each_contribution(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    assert place.seeded.contributions >= ENOUGH
    trap.look(*(f"{HERE}/contributions/{number}" for number in range(1, place.seeded.contributions + 1)))
    trap.verdict()


def test_the_journal(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    pages = continued(place, f"{HERE}/journal")
    assert len(pages) > 3
    trap.look(*pages)
    trap.verdict()


def test_comments_and_earlier_versions(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    pages = continued(place, f"{HERE}/contributions/1")
    assert len(pages) > 1
    trap.look(f"{HERE}/contributions/1/history", *pages)
    trap.verdict()


def test_words_that_are_searched_for(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    trap.look(
        *(
            f"{HERE}/contributions?q={quote(text)}&sort={quote(text[:20])}&after={quote(text[:20])}"
            for text in place.texts[::3]
        )
    )
    trap.verdict()


def test_what_an_author_sees(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap(place.seeded.author_token)
    trap.look(
        *both_languages(
            "/account",
            f"{HERE}/contributions/new",
            f"{HERE}/contributions/new/text",
            f"{HERE}/contributions/new/discard",
            f"{HERE}/contributions/1/edit",
            f"{HERE}/contributions/1/withdraw",
            f"{HERE}/contributions/1",
            f"{HERE}/contributions/3",
        )
    )
    trap.verdict()


def test_what_a_team_sees(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap(place.seeded.team_token)
    managed = "/manage/consultations/tout"
    voices = slugs_of(place, "voix-")
    trap.look(
        "/manage",
        "/manage/organisations/principale/identity",
        f"{managed}/edit",
        f"{managed}/preview",
        f"{managed}/moderation",
        f"{managed}/moderation?show=hidden",
        f"{managed}/moderation/contributions/1",
        f"{managed}/moderation/contributions/2",
        f"{managed}/moderation/comments/1",
        "/manage/consultations/papier/paper/new?source=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&received_on=%22%3E",
        *(f"/manage/consultations/{slug}/edit" for slug in voices),
        *(f"/manage/consultations/{slug}/preview" for slug in voices),
    )
    trap.verdict()


def test_what_waits_for_moderation(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap, token = open_trap(place.seeded.team_token), place.seeded.team_token
    for slug in ("tout", "litiges"):
        pages = continued(place, f"/manage/consultations/{slug}/moderation", token=token)
        assert len(pages) > 2
        trap.look(*pages)
    managed = "/manage/consultations/litiges/moderation"
    numbers = range(1, len(place.seeded.decisions) + 1)
    assert len(numbers) >= ENOUGH
    trap.look(*(f"{managed}/comments/{number}" for number in numbers))
    reported = range(3, place.seeded.contributions + 1)
    trap.look(*(f"/manage/consultations/tout/moderation/contributions/{number}" for number in reported))
    chosen = "&".join(f"item=comment-{number}" for number in numbers[:50])
    trap.look(f"{managed}/several?act=uphold&{chosen}")
    trap.verdict()


def test_what_was_decided(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap, author = open_trap(), open_trap(place.seeded.author_token)
    trap.look(*both_languages("/consultations/tout/moderation", "/consultations/litiges/moderation"))
    trap.verdict()
    author.look("/account", *(f"/account/decisions/{number}" for number in place.seeded.decisions))
    author.verdict()
    citizen = open_trap(place.seeded.citizen_token)
    numbers = range(3, place.seeded.contributions + 1, 3)
    citizen.look(*(f"/consultations/tout/contributions/{number}/report" for number in numbers))
    citizen.verdict()


def test_what_is_typed_in_from_paper(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap, managed = open_trap(place.seeded.team_token), "/manage/consultations/papier/paper"
    assert place.seeded.papers >= ENOUGH
    pages = continued(place, managed, token=place.seeded.team_token)
    assert len(pages) * 50 >= place.seeded.papers + 150
    trap.look(*pages)
    numbers = range(1, place.seeded.papers + 1)
    trap.look(*(f"{managed}/{number}/{page}" for number in numbers[::3] for page in ("edit", "withdraw")))
    trap.verdict()


def test_paper_and_what_changed_since_the_close(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap, here = open_trap(), "/consultations/papier"
    trap.look(*(f"{here}/contributions/{number}" for number in range(1, place.seeded.papers + 1)))
    trap.look(*continued(place, f"{here}/contributions?sort=recent"))
    trap.look(*both_languages(*(f"{here}{section}" for section in SECTIONS if "new" not in section)))
    trap.verdict()


def test_teams_and_invitations(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap, seeded = open_trap(place.seeded.administrator_token), place.seeded
    slugs = [slug for slug in seeded.organisation_slugs if slug.startswith("organisation-")]
    assert len(slugs) >= ENOUGH
    trap.look(*(f"/manage/organisations/{slug}/members" for slug in slugs))
    trap.look(*(f"/manage/organisations/{slug}/identity" for slug in slugs[::6]))
    team = continued(place, "/manage/organisations/equipe/members", token=seeded.administrator_token)
    assert len(team) > 3, "the log of the team has more lines than a page"
    trap.look(*team)
    people = members_of(place)
    assert len(people) >= ENOUGH
    for page in ("", "/remove"):
        trap.look(*(f"/manage/organisations/equipe/members/{number}{page}" for number in people[::6]))
    trap.look(*both_languages("/manage"))
    trap.verdict()
    visitor = open_trap()
    visitor.look(*(f"/invitations/{token}" for token in seeded.invitation_tokens[::3]))
    visitor.verdict()


def test_open_sessions(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap(place.seeded.author_token)
    pages = ("sessions", "security", "notifications", "address", "password", "second-factor")
    trap.look(*both_languages(*(f"/account/{page}" for page in pages)))
    trap.verdict()


def test_what_one_takes_along(place: HostilePlace, open_trap: OpenTrap) -> None:
    """The file that is downloaded is opened on one's own machine: no policy at all protects there."""
    trap = open_trap(place.seeded.author_token)
    trap.look(*both_languages("/account/data", "/account/erase", "/account/conditions"))
    client = place.app.test_client()
    client.set_cookie("consult", place.seeded.author_token)
    token = csrf_token(client.get("/account/data").get_data(as_text=True))
    answer = client.post("/account/data", data={"csrf_token": token})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        pages = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".html")}
        for name in package.namelist():
            assert ".." not in name
            if name.endswith(".json"):
                json.loads(package.read(name))
    assert len(pages) == 1
    assert sum(map(len, pages.values())) > 50_000
    trap.look_at(pages)
    trap.verdict()
