"""The reading pages: what each state shows, to whom, in which language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consult.consultations.commands import mark_published
from consult.consultations.rules import prepare_testimony
from consult.core import clock
from consult.core.db import transaction
from consult.organisations.values import Role
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

# The one script of a page is a file of ours.
OUR_SCRIPT = '<script type="module" src="/static/vendor/js/'
PAGES = ("", "/about", "/testimonies", "/follow-up")
DATES: dict[str, dict[str, Any]] = {
    "draft": {"published": False},
    "announced": {"opens_on": date(2026, 3, 20)},
    "open": {},
    "closed": {"closes_on": date(2026, 3, 9)},
}


def address(made: Made, path: str = "") -> str:
    return f"/consultations/{made.slug}{path}"


def between(html: str, start: str, end: str) -> str:
    return html.split(start, 1)[1].split(end, 1)[0]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("state", ["announced", "open", "closed"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_of_every_public_state_is_there(
    make: Factory, client: AuditedClient, path: str, state: str, prefix: str
) -> None:
    made = make.consultation(**DATES[state])
    response = client.get(prefix + address(made, path))
    assert response.status_code == 200
    assert f"state-chip--{state}" in response.text
    assert f'<html lang="{"en" if prefix else "fr"}">' in response.text


@pytest.mark.parametrize("path", PAGES)
def test_the_section_says_where_one_is(make: Factory, client: AuditedClient, path: str) -> None:
    made = make.consultation()
    html = client.get(address(made, path)).text
    navigation = between(html, '<nav class="section-nav"', "</nav>")
    assert navigation.count('aria-current="page"') == 1
    assert f'href="{address(made, path)}" aria-current="page"' in navigation
    assert 'class="breadcrumb"' in html


def test_an_unknown_consultation_is_not_found(client: AuditedClient) -> None:
    for path in PAGES:
        assert client.get(f"/consultations/none{path}").status_code == 404


class TestDraft:
    @pytest.mark.parametrize("path", PAGES)
    def test_visitors_citizens_and_other_teams_find_nothing(
        self, make: Factory, client: AuditedClient, path: str
    ) -> None:
        made = make.consultation(published=False)
        assert client.get(address(made, path)).status_code == 404
        for actor in (make.person(), make.member(make.organisation())):
            client.sign_in(actor)
            assert client.get(address(made, path)).status_code == 404

    @pytest.mark.parametrize("role", list(Role))
    def test_the_team_reads_it_and_is_told(self, make: Factory, client: AuditedClient, role: Role) -> None:
        made = make.consultation(published=False)
        client.sign_in(make.member(made.organisation_id, role))
        for path in PAGES:
            html = client.get("/en" + address(made, path)).text
            assert "only your team sees it" in html
            assert "state-chip--draft" in html

    def test_once_published_the_notice_is_gone(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        client.sign_in(make.member(made.organisation_id))
        assert "only your team sees it" not in client.get("/en" + address(made)).text


class TestMainAction:
    def page(self, make: Factory, client: AuditedClient, state: str) -> str:
        return client.get("/en" + address(make.consultation(slug="halle", **DATES[state]))).text

    def test_while_open_one_contributes(self, make: Factory, client: AuditedClient) -> None:
        html = self.page(make, client, "open")
        assert 'href="/en/consultations/halle/contributions/new">Contribute</a>' in html
        assert "Until the end of 31 March 2026." in html

    def test_before_it_says_when(self, make: Factory, client: AuditedClient) -> None:
        html = self.page(make, client, "announced")
        assert "Contributions open on 20 March 2026." in html
        assert "/contributions/new" not in html

    def test_afterwards_one_reads_the_synthesis(self, make: Factory, client: AuditedClient) -> None:
        html = self.page(make, client, "closed")
        assert 'href="/en/consultations/halle/synthesis.pdf">Read the synthesis</a>' in html
        assert "no longer change" in html
        assert "/contributions/new" not in html

    def test_the_team_is_told_that_it_does_not_take_part(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        client.sign_in(make.member(made.organisation_id))
        html = client.get("/en" + address(made)).text
        assert "you do not take part" in html
        assert "/contributions/new" not in html

    def test_each_question_leads_to_the_form_set_to_it(self, make: Factory, client: AuditedClient) -> None:
        html = self.page(make, client, "open")
        for number in (1, 2):
            assert f'href="/en/consultations/halle/contributions/new?question={number}"' in html


class TestFigures:
    def test_the_five_figures_and_the_comments_are_shown(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        number = make.contribution(made)
        make.support(made, number)
        make.comment(made, number)
        html = client.get("/en" + address(made)).text
        shown = {
            key: between(between(html, f'data-figure="{key}"', "</div>"), '__value">', "<")
            for key in ("days", "participants", "contributions", "supports", "comments", "visitors")
        }
        assert shown == {
            "days": "10",
            "participants": "3",
            "contributions": "1",
            "supports": "1",
            "comments": "1",
            "visitors": "0",
        }
        assert "of 31" in html

    def test_visitors_are_called_an_estimate_and_explained(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        tile = between(client.get("/en" + address(made)).text, 'data-figure="visitors"', "</div>")
        assert f'<a href="/en{address(made, "/statistics")}#definitions">estimate' in tile

    def test_numbers_are_written_as_people_write_them(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation(opens_on=date(2020, 1, 1), closes_on=date(2026, 12, 31))
        assert "2\u202f261" in client.get(address(made)).text
        assert "2,261" in client.get("/en" + address(made)).text

    def test_before_the_opening_there_are_none(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation(**DATES["announced"])
        assert "data-figure" not in client.get(address(made)).text


class TestTheModelConsultation:
    """23 February 2018 to 31 August 2019 in Paris, as the product measures itself against it."""

    @pytest.fixture
    def made(self, make: Factory) -> Made:
        return make.consultation(opens_on=date(2018, 2, 23), closes_on=date(2019, 8, 31))

    def test_on_29_august_2019_it_shows_553_days_of_555(self, made: Made, client: AuditedClient) -> None:
        with clock.frozen_at(datetime.fromisoformat("2019-08-29T12:00:00+02:00")):
            html = client.get("/en" + address(made)).text
        assert ">553</dd>" in html
        assert "of 555" in html
        assert "2 days left" in html
        assert "state-chip--open" in html

    @pytest.mark.parametrize(
        ("moment", "state"),
        [
            ("2018-02-22T23:59:59+01:00", "announced"),
            ("2018-02-23T00:00:00+01:00", "open"),
            ("2019-08-31T23:59:59+02:00", "open"),
            ("2019-09-01T00:00:00+02:00", "closed"),
        ],
    )
    @pytest.mark.parametrize("path", ["", "/follow-up"])
    def test_it_opens_and_closes_to_the_second(
        self, made: Made, client: AuditedClient, moment: str, state: str, path: str
    ) -> None:
        with clock.frozen_at(datetime.fromisoformat(moment)):
            assert f"state-chip--{state}" in client.get(address(made, path)).text

    def test_the_last_day_is_called_so(self, made: Made, client: AuditedClient) -> None:
        with clock.frozen_at(datetime(2019, 8, 31, 10, tzinfo=UTC)):
            assert "Last day" in client.get("/en" + address(made)).text


class TestTexts:
    def test_french_texts_have_their_spaces_wherever_they_are_read(
        self, make: Factory, client: AuditedClient
    ) -> None:
        made = make.consultation(introduction="Pourquoi ? « Parce que » : `a ? b`.", decides="Le conseil : oui")
        for language in ("", "/en"):
            html = client.get(language + address(made)).text
            assert "Pourquoi\u202f? «\u202fParce que\u202f»\u00a0: <code>a ? b</code>." in html
            assert "Que faut-il garder\u202f?" in html
            assert "Le conseil\u00a0: oui" in html

    def test_texts_in_another_language_say_so(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation(decides="Le conseil municipal", outcome="Deux idées retenues.")
        html = client.get("/en" + address(made)).text
        assert '<h1 lang="fr">Quelle place pour la halle\u202f?</h1>' in html
        assert '<div class="prose" lang="fr"><p>La halle a <strong>cent ans</strong>.</p></div>' in html
        assert '<dd lang="fr">Le conseil municipal</dd>' in html
        assert 'lang="fr"' in client.get("/en" + address(made, "/about")).text

    def test_texts_in_the_language_of_the_page_need_not(self, make: Factory, client: AuditedClient) -> None:
        html = client.get(address(make.consultation())).text
        main = between(html, "<main", "</main>")
        assert "lang=" not in main

    def test_what_people_write_is_shown_and_never_run(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation(
            title="<script>alert(1)</script>",
            summary="<img src=x onerror=alert(1)>",
            introduction="<script>alert(1)</script>[a](javascript:alert(1))",
            about="<iframe src=//example.org></iframe>",
            questions=("<b>gras</b> ?",),
            decides='"><script>alert(1)</script>',
        )
        for path in PAGES:
            html = client.get(address(made, path)).text
            assert "<script" not in html.replace(OUR_SCRIPT, "")
            assert "<img" not in html
            assert "<iframe" not in html
            assert "javascript:" not in html

    def test_testimonies_are_shown_in_their_order(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation(testimonies=voices("Zoé", "Ali"))
        html = client.get(address(made, "/testimonies")).text
        assert html.index("Zoé") < html.index("Ali")
        assert "<strong>tout</strong>" in html
        assert "accord oral" not in html

    @pytest.mark.parametrize("path", ["/about", "/testimonies"])
    def test_nothing_yet_is_said_kindly(self, make: Factory, client: AuditedClient, path: str) -> None:
        made = make.consultation(about="")
        assert "empty-state" in client.get(address(made, path)).text

    def test_a_demonstration_is_marked(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        assert "Demonstration" not in client.get("/en" + address(made)).text
        mark_as_demonstration(made)
        assert "Demonstration" in client.get("/en" + address(made)).text


class TestFollowUp:
    def page(self, make: Factory, client: AuditedClient, state: str, **texts: Any) -> str:
        return client.get("/en" + address(make.consultation(**DATES[state], **texts), "/follow-up")).text

    def test_before_and_while_it_is_open_it_says_what_comes(self, make: Factory, client: AuditedClient) -> None:
        html = self.page(make, client, "announced")
        assert "The consultation opens on 20 March 2026." in html
        assert "synthesis.pdf" not in html
        assert "answers-title" not in html
        html = self.page(make, client, "open")
        assert "Until the end of 31 March 2026" in html
        assert "an interim edition" in html
        assert "Nobody has contributed yet." in html

    def test_once_closed_it_leads_to_the_synthesis(self, make: Factory, client: AuditedClient) -> None:
        html = self.page(make, client, "closed")
        assert "synthesis.pdf" in html
        assert "The decision and its reasons are published on this page." in html

    def test_the_outcome_is_there_when_it_is_known(self, make: Factory, client: AuditedClient) -> None:
        html = self.page(make, client, "closed", outcome="Deux idées retenues.", outcome_on=date(2026, 3, 10))
        assert "Deux idées retenues." in html
        assert "Decided on 10 March 2026" in html
        assert "What happens next" not in html


@pytest.mark.parametrize(
    ("state", "reached"),
    [
        ("announced", ["current", "future", "future", "future", "future"]),
        ("open", ["past", "current", "future", "future", "future"]),
        ("closed", ["past", "past", "past", "current", "future"]),
    ],
)
def test_the_timeline_follows_the_dates(
    make: Factory, client: AuditedClient, state: str, reached: list[str]
) -> None:
    html = client.get(address(make.consultation(**DATES[state]))).text
    steps = [part.split('"', 1)[0] for part in html.split("timeline__step--")[1:]]
    assert steps == reached


def test_the_timeline_ends_with_the_outcome(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(**DATES["closed"], outcome="Deux idées retenues.", outcome_on=date(2026, 3, 10))
    html = client.get(address(made)).text
    assert html.count("timeline__step--past") == 5


@pytest.mark.parametrize(("path", "statements"), [("", 2), ("/about", 2), ("/testimonies", 3), ("/follow-up", 2)])
def test_a_page_costs_the_same_whatever_has_been_said(
    make: Factory, client: AuditedClient, path: str, statements: int
) -> None:
    made = make.consultation(testimonies=voices(*"abcdefgh"), questions=tuple("abcdefgh"))
    number = make.contribution(made)
    for _ in range(3):
        make.support(made, number)
    client.get(address(made, path))  # the first page of a reader also counts them
    with recorded_statements() as run:
        client.get(address(made, path))
    assert len(run) == statements


def test_a_day_that_ends_changes_the_page_but_not_its_reader(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    tag = client.get(address(made, "/about")).headers["ETag"]
    assert client.get(address(made, "/about"), headers={"If-None-Match": tag}).status_code == 304
    with clock.frozen_at(NOW + timedelta(days=1)):
        assert client.get(address(made, "/about"), headers={"If-None-Match": tag}).status_code == 200


def voices(*names: str) -> tuple[Any, ...]:
    return tuple(
        prepare_testimony(
            name=name, role="Habitante", organisation="", quote="Gardez **tout**.", consent="accord oral"
        )
        for name in names
    )


def mark_as_demonstration(made: Made) -> None:
    with transaction(write=True) as session:
        mark_published(session, consultation_id=made.id, now=NOW, demonstration=True)
