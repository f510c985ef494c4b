"""Criteria of the RGAA that show in what a page is made of; docs/accessibility/rgaa.md names their tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.journeys import acts
from tests.journeys.looks import Look, look
from tests.journeys.person import Person, open_person
from tests.journeys.site import ANNOUNCED, CLOSED, HERE, SLUG, Site

VISITED = (
    "/",
    "/en/",
    HERE,
    f"/en{HERE}",
    f"{HERE}/about",
    f"/en{HERE}/testimonies",
    f"{HERE}/contributions",
    f"/en{HERE}/contributions",
    f"{HERE}/contributions/1",
    f"/en{HERE}/contributions/2",
    f"{HERE}/statistics",
    f"/en{HERE}/statistics",
    f"/en/consultations/{ANNOUNCED}/about",
    f"/consultations/{CLOSED}/follow-up",
    f"/en/consultations/{CLOSED}/follow-up",
    "/sign-in",
    "/site-map",
    "/en/accessibility",
    "/legal",
    "/en/privacy",
    "/nowhere",
)
SIGNED_IN = (
    "/account",
    f"{HERE}/contributions/3",
    f"/en{HERE}/contributions/new",
    f"{HERE}/contributions/new/text",
    f"{HERE}/contributions/new/preview",
    f"{HERE}/contributions/new/discard",
)
TEAM = ("/manage", f"/manage/consultations/{SLUG}/edit", f"/manage/consultations/{SLUG}/moderation")
# The name of an association is the same in every language.
NAMES = {"Les Parents du Pont-Vieux"}
LEAST_LETTERS = 12


def person(browser: Browser, site: Site, name: str, **options: object) -> Person:
    """A browser of one's own, for the tests of a whole file."""
    return open_person(browser.new_context, browser.version, site, name=name, **options)


@pytest.fixture(scope="module")
def looks(browser: Browser, site: Site) -> Iterator[list[Look]]:
    """Every kind of page, looked at once: as a visitor, as a citizen who is writing, as the team."""
    visitor, citizen, team = (person(browser, site, name) for name in ("Reader", "Lou", "Team"))
    citizen.goes_to("/sign-in")
    acts.sign_in_with_code(citizen)
    acts.introduce_oneself(citizen)
    citizen.goes_to(f"{HERE}/contributions/new")
    acts.write_contribution(citizen, question=1, title="Un carnet des capteurs", body="Relié, et à la mairie.")
    acts.use_one_time_link(team, site.team_link())
    found = []
    for who, paths in ((visitor, VISITED), (citizen, SIGNED_IN), (team, TEAM)):
        for path in paths:
            who.page.goto(path)
            found.append(look(who.page, path))
    yield found
    for who in (visitor, citizen, team):
        who.context.close()


@pytest.fixture(scope="module")
def statistics(browser: Browser, site: Site) -> Iterator[CDPSession]:
    """The page of the plots, and what its browser tells assistive technologies."""
    reader = person(browser, site, "Reader of plots")
    reader.goes_to(f"{HERE}/statistics")
    yield reader.context.new_cdp_session(reader.page)
    reader.context.close()


def test_pictures_speak_or_keep_silent(looks: list[Look]) -> None:
    """A picture has a text instead of it; an ornament is hidden and says nothing (1.1, 1.2)."""
    for page in looks:
        assert None not in page["images"], f"{page.name}: an image without alt"
        for drawing in page["drawings"]:
            silent = drawing["hidden"] and not drawing["speaks"] and not drawing["name"]
            speaks = not drawing["hidden"] and drawing["role"] == "img" and drawing["name"]
            assert silent or speaks, f"{page.name}: {drawing}"


def test_plots_reach_assistive_technologies_with_what_they_show(statistics: CDPSession) -> None:
    """In the accessibility tree a plot is a named picture, what opens its numbers beside it (1.3, 1.6)."""
    nodes = statistics.send("Accessibility.getFullAXTree")["nodes"]
    pictures = [node for node in nodes if node["role"]["value"] in {"image", "img"}]
    names = [node["name"]["value"] for node in pictures]
    assert len(names) >= 3
    assert len(set(names)) == len(names)
    tables = [node["name"]["value"] for node in nodes if node["role"]["value"] == "DisclosureTriangle"]
    assert len(tables) == len(names)
    for name, table in zip(names, tables, strict=True):
        assert table.split(" – ")[1] in name


def test_captions_belong_to_their_pictures(looks: list[Look]) -> None:
    """A picture with a caption is a named group with it, for those who do not see that they touch (1.9)."""
    captioned = [(page.name, figure) for page in looks for figure in page["figures"] if figure["caption"]]
    assert captioned
    for name, figure in captioned:
        assert figure["role"] in {"figure", "group"}, f"{name}: {figure}"
        assert figure["label"] == figure["caption"], f"{name}: {figure}"


def test_nothing_plays_refreshes_or_is_embedded(looks: list[Look]) -> None:
    """No sound, film, frame or object; no page that reloads itself; no key of its own (2, 4, 12.10, 13.1)."""
    for page in looks:
        assert page["media"] == [], page.name
        assert page["summoned"] == [], page.name


def test_tables_have_a_title_and_headers(looks: list[Look]) -> None:
    """A table of ours has a title, and a header for each column and row (5.4 to 5.7)."""
    tables = [(page.name, table) for page in looks for table in page["tables"] if not table["written"]]
    assert len(tables) >= 6
    for name, table in tables:
        assert table["caption"], name
        assert {"col", "row"} == {place for place, _ in table["heads"]}, f"{name}: {table['caption']}"
        assert all(place == scope for place, scope in table["heads"]), f"{name}: {table['caption']}"
        assert not table["bare"], f"{name}: {table['caption']}: a row without a header"


def test_links_say_where_they_lead(looks: list[Look]) -> None:
    """Each link has words; the same words in the same surroundings lead to one place only (6.1, 6.2)."""
    for page in looks:
        places = defaultdict(set)
        for link in page["links"]:
            assert link["words"], f"{page.name}: {link['href']} has no words"
            places[link["words"], link["around"]].add(link["href"])
        assert {key for key, found in places.items() if len(found) > 1} == set(), page.name


def test_names_hold_the_words_on_the_screen(looks: list[Look]) -> None:
    """Who speaks to the computer says what is written on the link or button (6.1, 11.2, 11.9)."""
    for page in looks:
        for control in (*page["links"], *page["buttons"]):
            assert control["words"], f"{page.name}: a control without a name"
            if control["label"]:
                assert control["seen"].lower() in control["label"].lower(), f"{page.name}: {control}"


def test_no_window_opens_unasked(looks: list[Look]) -> None:
    """Links open where the reader is (13.2)."""
    for page in looks:
        assert [link for link in page["links"] if link["opens"] not in {None, "_self"}] == [], page.name


def test_pages_declare_themselves(looks: list[Look]) -> None:
    """HTML, in the language of its address (8.1, 8.3, 8.4)."""
    for page in looks:
        expected = "en" if page.name.startswith("/en") else "fr"
        assert (page["doctype"], page["language"]) == ("html", expected), page.name


def test_titles_are_each_pages_own(looks: list[Look]) -> None:
    """No two pages are called the same in one language (8.5, 8.6)."""
    titles = defaultdict(list)
    for page in looks:
        titles[page["language"], page["title"]].append(page.name)
        assert page["title"], page.name
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}


def test_foreign_passages_say_their_language(looks: list[Look]) -> None:
    """A French text on an English page is marked as French, or a voice would mumble it (8.7, 8.8)."""
    french = {
        text
        for page in looks
        if not page.name.startswith("/en")
        for text, language in page["texts"]
        if language == "fr"
    }
    known = {language for page in looks for _, language in page["texts"]}
    assert known == {"fr", "en"}
    mumbled = [
        f"{page.name}: {text}"
        for page in looks
        if page.name.startswith("/en")
        for text, language in page["texts"]
        if language == "en" and len(text) >= LEAST_LETTERS and text in french and is_french(text)
    ]
    assert mumbled == []


def is_french(text: str) -> bool:
    """A sentence or a title with the small words of French; a name or a number alone is none."""
    small = {"les", "des", "une", "un", "le", "la", "du", "et", "à", "pour", "qui", "que", "dans", "chaque", "aux"}
    words = text.lower().replace("’", " ").split()
    is_a_name = "(démonstration)" in text or text in NAMES
    return len(words) >= 3 and bool(small & set(words)) and not is_a_name


def test_headings_lead_through_the_page(looks: list[Look]) -> None:
    """One first heading, none without words, and no level left out on the way down (9.1)."""
    for page in looks:
        levels = [level for level, _ in page["headings"]]
        assert levels[0] == 1, page.name
        assert levels.count(1) == 1, page.name
        assert all(words for _, words in page["headings"]), page.name
        assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == [], f"{page.name}: {levels}"


def test_every_page_has_the_same_regions_in_the_same_order(looks: list[Look]) -> None:
    """Header, navigation, content, footer: each once, named, in one order everywhere (9.2, 12.2, 12.6)."""
    for page in looks:
        regions = page["landmarks"]
        kinds = [kind for kind, _ in regions if kind in {"header", "main", "footer"}]
        assert kinds == ["header", "main", "footer"], page.name
        names = [name for kind, name in regions if kind in {"nav", "search", "aside"}]
        assert all(names), f"{page.name}: {regions}"
        assert len(set(names)) == len(names), f"{page.name}: {names}"
        places = [kind for kind, _ in regions]
        assert places.index("header") < places.index("nav") < places.index("main"), page.name
    assert any("search" in dict(page["landmarks"]) for page in looks)


def test_the_ways_through_the_site_are_everywhere(looks: list[Look]) -> None:
    """From every page to the home page, the site map and the accessibility statement (12.1, 12.4)."""
    for page in looks:
        prefix = "/en" if page["language"] == "en" else ""
        paths = [urlsplit(link["href"]).path for link in page["links"]]
        for wanted in ("/", "/site-map", "/accessibility"):
            assert f"{prefix}{wanted}" in paths, f"{page.name}: no way to {wanted}"


def test_the_site_map_leads_to_every_consultation_and_its_sections(looks: list[Look]) -> None:
    """What the home page and the menu of sections lead to is on the site map (12.3)."""
    (site_map,) = (page for page in looks if page.name == "/site-map")
    listed = {urlsplit(link["href"]).path for link in site_map["links"]}
    sections = {"", "/about", "/contributions", "/testimonies", "/statistics", "/follow-up"}
    wanted = {f"/consultations/{slug}{section}" for slug in (SLUG, ANNOUNCED, CLOSED) for section in sections}
    assert wanted - listed == set()
    (introduction,) = (page for page in looks if page.name == HERE)
    menu = {link["href"] for link in introduction["links"] if link["section"]}
    assert {urlsplit(href).path for href in menu} == {path for path in wanted if path.startswith(HERE)}


def test_markup_carries_meaning_alone(looks: list[Look]) -> None:
    """No element or attribute that only dresses, nothing that bends the order of the keys (8.9, 10.1, 12.8)."""
    for page in looks:
        assert page["dressed"] == [], page.name
        assert page["jumps"] == [], page.name


def test_fields_have_labels_and_purposes(looks: list[Look]) -> None:
    """Each field has one label; what asks about the reader says so to the browser (11.1, 11.13)."""
    purposes = {"email": "email", "display_name": "nickname", "code": "one-time-code"}
    asked = set()
    for page in looks:
        for field in page["fields"]:
            name = f"{page.name}: {field['name']}"
            assert len(field["labels"]) == 1 or field["label"], name
            assert (field["labels"] or [field["label"]])[0], name
            if field["name"] in purposes:
                asked.add(field["name"])
                assert field["autocomplete"] == purposes[field["name"]], name
    assert asked >= {"email", "display_name"}


def test_choices_that_belong_together_are_grouped(looks: list[Look]) -> None:
    """Buttons of one choice stand in a group whose legend is the question (11.5 to 11.7)."""
    radios = [(page.name, field) for page in looks for field in page["fields"] if field["type"] == "radio"]
    assert radios
    for name, field in radios:
        assert field["group"], f"{name}: {field['name']}"
