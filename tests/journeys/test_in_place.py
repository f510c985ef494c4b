"""What scripts add to pages that work without them: acts in place, heard by who listens, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys import acts
from tests.journeys.axe import violations
from tests.journeys.person import Person
from tests.journeys.site import CLOSED, HERE, Site, moved
from tests.journeys.watch import Watch

PAGE = f"{HERE}/contributions/4"
FAR_TOO_LONG = "Un mot de trop. " * 150
SUPPORTS = ("%(count)s support", "%(count)s supports")
_MARK = "window.stillHere = true"
# Only a page that the browser was asked to leave sends this event; asking the page itself opens no dialogue.
_WOULD_ASK = """() => {
    const event = new Event('beforeunload', {cancelable: true});
    window.dispatchEvent(event);
    return event.defaultPrevented;
}"""
_SHOW = """state => {
    Object.defineProperty(document, 'visibilityState', {get: () => state, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


def signed_in(site: Site, somebody: Callable[..., Person], name: str) -> Person:
    """Somebody who has an account and is on the page of a contribution."""
    person = somebody(site, name=name)
    person.goes_to(f"/sign-in?next={PAGE}")
    acts.sign_in_with_code(person)
    acts.introduce_oneself(person)
    person.page.evaluate(_MARK)
    return person


def stays(person: Person) -> None:
    """The page is the one that was marked: nothing was loaded in its place."""
    assert person.page.evaluate("window.stillHere") is True


def hears(person: Person, text: str, role: str = "status") -> None:
    """The live region says this: politely, or as an alert."""
    expect(person.main.locator(f"[role={role}].visually-hidden")).to_have_text(text)


def button(person: Person, label: str) -> Locator:
    return person.main.get_by_role("button", name=person.words(label))


def test_supporting_keeps_the_page_and_the_focus(
    site: Site, somebody: Callable[..., Person], watches: list[Watch]
) -> None:
    before = site.figures()
    zoe = signed_in(site, somebody, "Zoé")
    supports = int(zoe.main.locator(".support__count").inner_text().split()[0])
    # Another page of the same browser shows the figures: an act of one's own is on it at once.
    other = zoe.context.new_page()
    other.goto(HERE)
    shown = other.locator("[data-figure=supports] .figures__value")
    expect(shown).to_have_text(str(before["supports"]))

    button(zoe, "I support this").click()
    expect(button(zoe, "Take back my support")).to_be_focused()
    count = zoe.words.count(*SUPPORTS, supports + 1)
    hears(zoe, f"{zoe.words('You support this.')} {count}.")
    expect(shown).to_have_text(str(before["supports"] + 1))
    button(zoe, "Take back my support").click()
    expect(button(zoe, "I support this")).to_be_focused()
    hears(zoe, f"{zoe.words('You no longer support this.')} {zoe.words.count(*SUPPORTS, supports)}.")
    stays(zoe)
    assert moved(before, site.figures()) == {}

    # Without its session the button does what it does without scripts: it says what is missing.
    zoe.context.clear_cookies()
    button(zoe, "I support this").click()
    zoe.sees_heading("Please sign in first")
    watches[0].complaints.clear()  # the statuses of that refusal


def test_commenting_in_place(site: Site, somebody: Callable[..., Person]) -> None:
    before = site.figures()
    anouk = signed_in(site, somebody, "Anouk")
    field = anouk.field("Your comment")
    acts.comment(anouk, "For", FAR_TOO_LONG)
    summary = anouk.main.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(field).to_have_value(FAR_TOO_LONG)
    expect(anouk.main.get_by_role("radio", name=anouk.words("For"), exact=True)).to_be_checked()
    assert anouk.page.evaluate(_WOULD_ASK), "what came back to be mended is stored nowhere"

    acts.comment(anouk, "For", "Un essai d’un an, puis on décide.")
    said = acts.the_comment(anouk, "Un essai d’un an")
    expect(said).to_be_focused()
    hears(anouk, anouk.words("Your comment is published."))
    expect(field).to_have_value("")
    expect(summary).to_have_count(0)
    assert not anouk.page.evaluate(_WOULD_ASK)
    stays(anouk)
    assert moved(before, site.figures()) == {"participants": 1, "comments": 1}


def test_replying_in_place(site: Site, somebody: Callable[..., Person]) -> None:
    samir = signed_in(site, somebody, "Samir")
    for text in ("Premier point.", "Second point."):
        acts.comment(samir, "Neutral", text)
        expect(acts.the_comment(samir, text)).to_be_focused()
    first, second = (acts.the_comment(samir, text) for text in ("Premier point.", "Second point."))
    link, reply = samir.link("Reply", within=first), samir.words("Your reply")
    link.click()
    field = first.get_by_role("textbox", name=reply)
    expect(field).to_be_focused()
    expect(first.get_by_role("heading", name=samir.words("Reply to %(author)s", author="Samir"))).to_be_visible()
    expect(samir.field("Your comment")).to_be_visible()

    # Escape closes it and leads back; what was typed is there again.
    field.fill("Une réponse commencée")
    field.press("Escape")
    expect(link).to_be_focused()
    expect(field).to_be_hidden()
    link.click()
    expect(field).to_have_value("Une réponse commencée")
    samir.link("Cancel", within=first).click()
    expect(link).to_be_focused()
    link.click()

    # A reply elsewhere meanwhile takes nothing away.
    samir.link("Reply", within=second).click()
    samir.presses("Publish my reply", within=second)
    expect(second.locator(".error-summary")).to_be_focused()
    second.locator("summary").click()
    assert violations(samir.page) == []
    second.get_by_role("textbox", name=reply).fill("Réponse au second.")
    samir.presses("Publish my reply", within=second)
    published = acts.the_comment(samir, "Réponse au second.")
    expect(published).to_be_focused()
    expect(second.get_by_role("article")).to_contain_text("Réponse au second.")
    expect(second.get_by_role("textbox")).to_have_count(0)
    expect(field).to_have_value("Une réponse commencée")
    stays(samir)


def test_a_comment_that_cannot_be_sent_is_not_lost(
    site: Site, somebody: Callable[..., Person], watches: list[Watch]
) -> None:
    karim = signed_in(site, somebody, "Karim")
    karim.page.route("**/comments", lambda route: route.abort())
    acts.comment(karim, "For", "Un texte auquel je tiens.")
    expect(karim.main.locator(".form__failed")).to_contain_text(
        karim.words(
            "Your comment could not be sent. Your text is still here: copy it if you leave this page, or "
            "send it again."
        )
    )
    expect(karim.field("Your comment")).to_have_value("Un texte auquel je tiens.")
    karim.page.unroute("**/comments")
    karim.presses("Publish my comment")
    expect(acts.the_comment(karim, "Un texte auquel je tiens.")).to_be_focused()
    watches[0].complaints.clear()  # the request that failed on purpose


def looks_at_figures(person: Person, path: str) -> list[str]:
    """Open a page whose clock we turn; returns the questions that it asks for figures, as they come."""
    asked: list[str] = []

    def count(route: Route) -> None:
        # Going through here also keeps the browser's own cache out, for which no time passes.
        asked.append(route.request.url)
        route.continue_()

    person.page.route("**/figures", count)
    person.page.clock.install()
    person.goes_to(path)
    person.page.wait_for_load_state("networkidle")
    return asked


def test_figures_refresh_while_somebody_looks(site: Site, somebody: Callable[..., Person]) -> None:
    reader = somebody(site, name="Reader of figures")
    asked = looks_at_figures(reader, HERE)
    shown = site.figures()
    comments = reader.main.locator("[data-figure=comments] .figures__value")
    expect(comments).to_have_text(str(shown["comments"]))
    writer = signed_in(site, somebody, "Hugo")
    acts.comment(writer, "For", "Vu d’une autre page.")
    expect(acts.the_comment(writer, "Vu d’une autre page.")).to_be_focused()
    assert asked == [], "not before its time"
    reader.page.clock.run_for(31_000)
    expect(comments).to_have_text(str(shown["comments"] + 1))
    assert len(asked) == 1
    assert reader.figures_on_the_page()["participants"] == shown["participants"] + 1

    # Nobody looks: nothing is asked. Somebody looks again: at once.
    reader.page.evaluate(_SHOW, "hidden")
    reader.page.clock.run_for(600_000)
    assert len(asked) == 1
    acts.comment(writer, "For", "Vu au retour.")
    expect(acts.the_comment(writer, "Vu au retour.")).to_be_focused()
    reader.page.evaluate(_SHOW, "visible")
    expect(comments).to_have_text(str(shown["comments"] + 2))
    assert len(asked) == 2

    # Whoever is disturbed by numbers that move stops them.
    button(reader, "Stop renewing the figures").click()
    reader.page.clock.run_for(600_000)
    assert len(asked) == 2
    with reader.page.expect_response("**/figures"):
        button(reader, "Renew the figures again").click()
    assert reader.holds_no_cookie()
    assert site.figures()["visitors"] == shown["visitors"] + 1, "the writer came; asking again is no visit"


def test_figures_of_what_has_closed_are_left_alone(site: Site, somebody: Callable[..., Person]) -> None:
    reader = somebody(site, name="Late reader")
    asked = looks_at_figures(reader, f"/consultations/{CLOSED}")
    reader.page.clock.run_for(600_000)
    assert asked == []


def begin(person: Person, title: str) -> None:
    """The first step, up to the text."""
    person.goes_to(f"{HERE}/contributions/new")
    person.main.get_by_role("radio").first.check()
    person.writes("Your idea in one sentence", title)
    person.presses("Continue")
    expect(person.field("Your contribution")).to_be_visible()


def test_a_draft_is_kept_while_it_is_written(
    site: Site, somebody: Callable[..., Person], watches: list[Watch]
) -> None:
    lucie = somebody(site, name="Lucie")
    lucie.goes_to(f"{HERE}/contributions/new")
    lucie.sees("What you type is kept; nothing is published yet.")
    lucie.main.get_by_role("radio").nth(1).check()
    lucie.writes("Your idea in one sentence", "Un banc sous le tilleul")
    assert lucie.page.evaluate(_WOULD_ASK)
    line = lucie.main.locator("[data-draft]")
    saved = lucie.words("Draft saved at %(time)s.", time="")[:-1].strip()
    expect(line).to_contain_text(saved)
    assert not lucie.page.evaluate(_WOULD_ASK), "the server has it"
    lucie.page.reload()
    expect(lucie.field("Your idea in one sentence")).to_have_value("Un banc sous le tilleul")
    expect(lucie.main.get_by_role("radio").nth(1)).to_be_checked()
    assert not lucie.page.evaluate(_WOULD_ASK)

    # A connection that fails loses nothing and is said.
    lucie.presses("Continue")
    lucie.page.route("**/new/draft", lambda route: route.abort())
    lucie.writes("Your contribution", "De quoi s’asseoir à deux.")
    expect(line).to_have_text(lucie.words("The draft could not be saved just now. Your text stays on this page."))
    assert lucie.page.evaluate(_WOULD_ASK)
    lucie.page.unroute("**/new/draft")
    lucie.writes("Your contribution", "De quoi s’asseoir à trois.")
    expect(line).to_contain_text(saved)
    lucie.page.reload()
    expect(lucie.field("Your contribution")).to_have_value("De quoi s’asseoir à trois.")
    watches[0].complaints.clear()  # the request that failed on purpose


def test_a_text_is_counted_and_shown_as_it_is_written(site: Site, somebody: Callable[..., Person]) -> None:
    marc = somebody(site, name="Marc")
    begin(marc, "Des arbres le long du quai")
    field = marc.field("Your contribution")
    marc.sees("At most %(count)s characters", count="10 000")
    counter = marc.main.locator(".counter")

    def left(label: str, number: str) -> str:
        return marc.words(label).replace("#", number)

    # As the server counts: composed characters, one per picture, nothing at the edges.
    field.fill("  e\u0301té 🌳\n")
    expect(counter).to_have_text(left("Characters left: #", "9 995"))
    field.fill("a" * 9_950)
    expect(counter).to_have_text(left("Characters left: #", "50"))
    hears(marc, left("Characters left: #", "50"))
    field.fill("a" * 10_012)
    hears(marc, left("Characters too many: #", "12"), "alert")

    preview = marc.main.locator("details.live-preview")
    page = preview.get_by_role("region", name=marc.words("Preview of the text"))
    expect(page).to_be_hidden()
    preview.locator("summary").click()
    expect(page).to_have_text(marc.words("Shorten your text to %(count)d characters at most.", count=10_000))
    field.fill("Des **tilleuls**, <b>pas</b> des platanes.")
    expect(page.locator("strong")).to_have_text("tilleuls")
    field.fill("")
    expect(page).to_have_text(marc.words("Your text appears here as you write it."))
    expect(preview.locator("[aria-live], [role=status]")).to_have_count(0)


def test_the_team_sees_a_text_as_it_will_look(site: Site, somebody: Callable[..., Person]) -> None:
    team = somebody(site, name="Équipe")
    acts.use_one_time_link(team, site.team_link())
    team.goes_to("/manage/consultations/new")
    assert not team.page.evaluate(_WOULD_ASK)
    team.writes("Introduction", "## Pourquoi\n\nUne **halle** à réparer.")
    preview = team.main.locator("details.live-preview").first
    preview.locator("summary").click()
    expect(preview.get_by_role("heading", name="Pourquoi")).to_be_visible()
    expect(preview.locator("strong")).to_have_text("halle")
    assert team.page.evaluate(_WOULD_ASK)


@pytest.fixture
def plain(site: Site, somebody: Callable[..., Person]) -> Page:
    return somebody(site, name="Plain", javascript=False).page


def test_without_scripts_nothing_promises_what_only_they_do(plain: Page) -> None:
    plain.goto(f"{HERE}/contributions/new")
    expect(plain.locator(".live-preview")).to_have_count(0)
    plain.get_by_role("radio").first.check()
    plain.get_by_role("textbox").last.fill("Des arbres le long du quai")
    plain.get_by_role("main").get_by_role("button").first.click()
    expect(plain.locator(".live-preview")).to_be_hidden()


def test_no_draft_follows_a_form_that_was_sent(site: Site, somebody: Callable[..., Person]) -> None:
    nora = somebody(site, name="Nora")
    begin(nora, "Une haie le long du stade")
    sent: list[str] = []
    nora.page.on("request", lambda request: sent.append(request.url))
    nora.writes("Your contribution", "Des charmes et des noisetiers, pour les oiseaux.")
    # Browsers hide a page as late as when the next one is there: this form, said to be sent, leaves it here.
    nora.main.locator("form").evaluate("form => form.dispatchEvent(new Event('submit'))")
    nora.page.evaluate(_SHOW, "hidden")
    nora.page.wait_for_timeout(500)
    assert [address for address in sent if address.endswith("/new/draft")] == []


def test_what_came_back_to_be_mended_is_kept_when_its_page_is_left(
    site: Site, somebody: Callable[..., Person], watches: list[Watch]
) -> None:
    basile = somebody(site, name="Basile")
    basile.goes_to(f"{HERE}/contributions/new")
    basile.main.get_by_role("radio").first.check()
    basile.writes("Your idea in one sentence", "Court")
    basile.presses("Continue")
    expect(basile.main.locator(".error-summary")).to_be_visible()
    with basile.page.expect_response("**/new/draft"):
        basile.page.evaluate(_SHOW, "hidden")
    basile.goes_to(f"{HERE}/contributions/new")
    expect(basile.field("Your idea in one sentence")).to_have_value("Court")
    watches[0].complaints.clear()  # the form that was refused


def test_what_was_written_before_the_script_came_is_kept(site: Site, somebody: Callable[..., Person]) -> None:
    eva = somebody(site, name="Éva")
    begin(eva, "Une fresque sous le pont")
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    eva.page.route("**/autosave.js*", hold)
    eva.page.reload(wait_until="commit")
    eva.writes("Your contribution", "Peinte par les écoles du quartier.")
    eva.page.wait_for_timeout(500)
    with eva.page.expect_response("**/new/draft") as answered:
        for route in late:
            route.continue_()
    assert answered.value.ok
    assert late


def test_a_text_far_too_long_is_kept_when_its_page_is_left(site: Site, somebody: Callable[..., Person]) -> None:
    lena = somebody(site, name="Léna")
    begin(lena, "Tout ce que j’ai sur le cœur")
    lena.writes("Your contribution", "é" * 40_000)  # 80 KB: browsers let go of pages with 64 at most
    with lena.page.expect_response("**/new/draft") as answered:
        lena.page.evaluate(_SHOW, "hidden")
    assert answered.value.ok


def test_a_reply_opened_twice_is_one(site: Site, somebody: Callable[..., Person]) -> None:
    wanda = signed_in(site, somebody, "Wanda")
    acts.comment(wanda, "Neutral", "À discuter.")
    said = acts.the_comment(wanda, "À discuter.")
    expect(said).to_be_focused()
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    wanda.page.route(f"**{PAGE}?*", hold)
    wanda.link("Reply", within=said).dblclick()
    wanda.page.wait_for_timeout(500)
    for route in asked:
        route.continue_()
    expect(said.get_by_role("textbox")).to_be_focused()
    assert len(asked) == 1
