"""Atom feeds: valid by the letter of RFC 4287, in both languages, and never a word of what is not public."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from consult.core import clock
from consult.core.db import transaction
from consult.moderation.commands import hide_contribution
from consult.moderation.values import Reason
from consult.proposals.commands import withdraw_contribution
from consult.reports.models import Edition
from consult.reports.values import EditionState
from consult.site.rules import Life, events_until
from consult.site.values import LifeEvent
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements
from tests.support.variants import variant_of

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
HOSTILE = "]]> <script>alert(1)</script> &amp; \u0627\u0644\u0633\u0648\u0642 \U0001f3db"


def one(element: ET.Element, name: str) -> ET.Element:
    found = element.findall(ATOM + name)
    assert len(found) == 1, f"{len(found)} {name}"
    return found[0]


def text(element: ET.Element, name: str) -> str:
    return one(element, name).text or ""


def entries(feed: ET.Element) -> list[ET.Element]:
    return feed.findall(f"{ATOM}entry")


def titles(feed: ET.Element) -> list[str]:
    return [text(entry, "title") for entry in entries(feed)]


def read(client: AuditedClient, address: str) -> ET.Element:
    """Fetch a feed and hold it to what RFC 4287 requires."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "Set-Cookie" not in response.headers
    feed = ET.fromstring(response.data)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(f"{XML}lang") == ("en" if address.startswith("/en/") else "fr")
    _check_parts(feed)
    links = {link.get("rel"): link for link in feed.findall(f"{ATOM}link")}
    assert links["self"].get("href") == f"http://localhost{address}"
    assert links["alternate"].get("type") == "text/html"
    known = set()
    for entry in entries(feed):
        _check_parts(entry)
        one(one(entry, "author"), "name")
        assert INSTANT.fullmatch(text(entry, "published"))
        assert one(entry, "link").get("rel") == "alternate"
        assert one(entry, "content").get("type") == "html"
        known.add(text(entry, "id"))
        assert text(entry, "updated") <= text(feed, "updated")
    assert len(known) == len(entries(feed))
    return feed


def _check_parts(element: ET.Element) -> None:
    assert re.fullmatch(r"https?://\S+", text(element, "id"))
    assert text(element, "title")
    assert INSTANT.fullmatch(text(element, "updated"))
    assert text(one(element, "author"), "name")


def address(made: Made, language: str = "") -> str:
    return f"{language}/consultations/{made.slug}/feed.atom"


def make_final_edition(made: Made, as_of: datetime) -> None:
    with transaction(write=True) as session:
        session.add(
            Edition(
                consultation_id=made.id,
                language="fr",
                data_version=0,
                state=EditionState.READY,
                requested_at=as_of,
                as_of=as_of,
                is_final=True,
            )
        )


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_consultation_tells_its_contributions_and_its_events(
    make: Factory, client: AuditedClient, language: str
) -> None:
    made = make.consultation()
    number = make.contribution(made, make.person("Claire"), title="Des ateliers ?")
    feed = read(client, address(made, language))
    contribution = entries(feed)[0]
    assert text(contribution, "id") == f"http://localhost/consultations/{made.slug}/contributions/{number}"
    link = f"http://localhost{language}/consultations/{made.slug}/contributions/{number}"
    assert one(contribution, "link").get("href") == link
    assert text(contribution, "title") == "Des ateliers\u202f?"
    assert text(one(contribution, "author"), "name") == "Claire"
    assert text(contribution, "content").startswith("<p>Ouvrir des ateliers")
    assert contribution.get(f"{XML}lang") == ("fr" if language else None)
    opened = "Open – Quelle place" if language else "Ouverte – Quelle place"
    assert [title.startswith(opened) for title in titles(feed)] == [False, True]
    assert text(entries(feed)[1], "published") == "2026-02-28T23:00:00+00:00"


def test_the_life_of_a_consultation_in_order(make: Factory, client: AuditedClient) -> None:
    with clock.frozen_at(NOW):
        made = make.consultation(
            opens_on=date(2026, 3, 20),
            closes_on=date(2026, 3, 25),
            outcome="Deux idées.",
            outcome_on=date(2026, 4, 2),
        )
    make_final_edition(made, datetime(2026, 3, 26, 4, tzinfo=UTC))
    told = {}
    for day in (date(2026, 3, 19), date(2026, 3, 25), date(2026, 3, 26), date(2026, 4, 3)):
        with clock.frozen_at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            told[day.isoformat()] = [title.split(" – ")[0] for title in titles(read(client, address(made, "/en")))]
    assert told == {
        "2026-03-19": ["Announced"],
        "2026-03-25": ["Open", "Announced"],
        "2026-03-26": ["Synthesis", "Closed", "Open", "Announced"],
        "2026-04-03": ["Outcome", "Synthesis", "Closed", "Open", "Announced"],
    }


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "Pacific/Marquesas"])
def test_events_happen_at_midnight_of_the_consultation(zone: str) -> None:
    life = Life(NOW - timedelta(days=30), date(2026, 3, 1), date(2026, 3, 8), zone, date(2026, 3, 9))
    moments = dict(events_until(life, NOW + timedelta(days=5)))
    for event, moment in moments.items():
        for now, has_happened in ((moment - timedelta(milliseconds=1), False), (moment, True)):
            assert (event in dict(events_until(life, now))) is has_happened


def test_what_was_published_on_the_day_was_never_announced() -> None:
    life = Life(NOW, date(2026, 3, 10), date(2026, 3, 31), "Europe/Paris")
    assert [event for event, _at in events_until(life, NOW)] == [LifeEvent.OPENED]


def test_hidden_and_withdrawn_contributions_are_not_in_it(make: Factory, client: AuditedClient) -> None:
    made, author = make.consultation(), make.person()
    moderator = make.member(made.organisation_id)
    kept = make.contribution(made, title="Celle qui reste")
    hidden = make.contribution(made, title="Celle que l’on cache")
    withdrawn = make.contribution(made, author, title="Celle que l’on retire")
    before = client.get(address(made))
    with transaction(write=True) as session:
        hide_contribution(
            session,
            actor=moderator,
            consultation_id=made.id,
            number=hidden,
            reason=Reason.OFF_TOPIC,
            words="Hors sujet.",
            now=NOW,
        )
        withdraw_contribution(session, actor=author, consultation_id=made.id, number=withdrawn, now=NOW)
    after = client.get(address(made), headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Celle qui reste" in after.text
    assert "cache" not in after.text
    assert "retire" not in after.text
    assert f"/contributions/{kept}</id>" in after.text


def test_an_erased_or_nameless_author_is_named_as_on_the_page(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    make.contribution(made)
    with transaction(write=True) as session:
        session.connection().exec_driver_sql(
            "UPDATE proposals_contribution SET author_name = '', author_id = NULL"
        )
    assert text(one(entries(read(client, address(made, "/en")))[0], "author"), "name") == "Deleted account"


def test_thirty_of_many_at_the_same_cost(make: Factory, client: AuditedClient) -> None:
    made, person = make.consultation(), make.person()
    costs = []
    for target in (1, 33):
        while make.contribution(made, person) < target:
            pass
        with recorded_statements() as statements:
            feed = read(client, address(made))
        costs.append(len(statements))
    assert costs == [3, 3]
    numbers = [
        text(entry, "id").rsplit("/", 1)[1] for entry in entries(feed) if "/contributions/" in text(entry, "id")
    ]
    assert numbers == [str(number) for number in range(33, 3, -1)]


@pytest.mark.parametrize("language", ["", "/en"])
def test_hostile_words_stay_words(make: Factory, client: AuditedClient, app: Flask, language: str) -> None:
    made = make.consultation(title=f"Titre {HOSTILE}", summary=f"Résumé {HOSTILE}")
    body = f"Texte {HOSTILE} <img src=x onerror=alert(1)> [lien](javascript:alert(1))"
    make.contribution(made, make.person(f"Nom {HOSTILE}"), title=f"Idée {HOSTILE}", body=body)
    feed = read(client, address(made, language))
    assert HOSTILE.split(maxsplit=1)[0] in text(feed, "title")
    assert "<script>alert(1)</script>" in text(entries(feed)[0], "title"), "a title is text, not markup"
    content = text(entries(feed)[0], "content")
    assert set(re.findall(r"<(\w+)", content)) == {"p", "a"}
    assert "javascript:" not in content
    read(client, f"{language}/feed.atom")


def test_controls_in_the_sites_name_break_nothing(app: Flask, make: Factory) -> None:
    make.consultation()
    with variant_of(app, site_name="A\x0b & B <x> ]]>") as other:
        assert text(read(AuditedClient(other), "/en/feed.atom"), "title") == "Consultations – A & B <x> ]]>"


def test_it_is_revalidated_and_answers_head(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    for place in (address(made), "/feed.atom"):
        first = client.get(place)
        assert first.headers["Cache-Control"] == "public, no-cache"
        again = client.get(place, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        head = client.head(place)
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    make.contribution(made)
    changed = client.get(address(made), headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_drafts_have_no_feed_and_are_in_none(make: Factory, client: AuditedClient) -> None:
    draft = make.consultation(title="Un brouillon", published=False)
    client.sign_in(make.member(draft.organisation_id))
    assert client.get(address(draft)).status_code == 404
    assert client.get("/consultations/nothing/feed.atom").status_code == 404
    assert "Un brouillon" not in client.get("/feed.atom").text


def test_reading_a_feed_is_no_visit(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    with recorded_statements() as statements:
        client.get(address(made))
    assert not any(statement.startswith(("INSERT", "UPDATE")) for statement in statements)


def test_the_site_tells_the_newest_thirty_events_at_a_constant_cost(make: Factory, client: AuditedClient) -> None:
    assert titles(read(client, "/en/feed.atom")) == []
    make.consultation(title="Close", closes_on=date(2026, 3, 5), outcome="Fait.", outcome_on=date(2026, 3, 9))
    make.consultation(title="Annoncée", opens_on=date(2026, 3, 20))
    with recorded_statements() as statements:
        feed = read(client, "/en/feed.atom")
    assert len(statements) == 1
    assert titles(feed) == ["Announced – Annoncée", "Outcome – Close", "Closed – Close", "Open – Close"]
    for number in range(40):
        make.consultation(title=f"N° {number}", opens_on=date(2026, 3, 10))
    with recorded_statements() as statements:
        feed = read(client, "/en/feed.atom")
    assert len(statements) == 1
    assert len(entries(feed)) == 30


@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_say_where_their_feed_is(make: Factory, client: AuditedClient, language: str) -> None:
    made = make.consultation()
    number = make.contribution(made)
    link = '<link rel="alternate" type="application/atom\\+xml" title="[^"]+" href="{}">'
    for path in ("", "/about", "/contributions", f"/contributions/{number}", "/statistics"):
        page = client.get(f"{language}/consultations/{made.slug}{path}").text
        assert re.search(link.format(address(made, language)), page)
    assert re.search(link.format(f"{language}/feed.atom"), client.get(f"{language}/").text)
