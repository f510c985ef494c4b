"""Every page and state in axe-core and in the HTML checker: both languages, both themes, narrow and wide."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page, Response

from tests.journeys import axe
from tests.journeys.pages import EXCUSED, LANGUAGES, PAGES, People, open_people
from tests.matrix.checker import html_faults
from tests.matrix.demonstration import chromium, install_tools, say, served_demonstration

THEMES = ("light", "dark")
WIDTHS = (320, 1280)
_SIDEWAYS = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


@dataclass
class Findings:
    """Per page: what axe and the HTML checker found, and the HTML that the latter reads."""

    axe: dict[str, list[str]] = field(default_factory=dict)
    html: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    looks: int = 0


def main() -> int:
    """Look at everything, print the table and the verdict. Returns the exit status."""
    install_tools()
    findings = Findings()
    with served_demonstration() as site, chromium() as browser:
        for language in LANGUAGES:
            with open_people(browser, site, language) as people:
                for name in PAGES:
                    say(f"audit: {name}, {language} …")
                    _look_at(people, name, findings)
    say("audit: checking the HTML …")
    findings.html = html_faults(findings.sources)
    return _report(findings)


def _look_at(people: People, name: str, findings: Findings) -> None:
    documents: list[Response] = []

    def keep(answer: Response) -> None:
        if answer.request.is_navigation_request() and answer.frame.parent_frame is None:
            documents.append(answer)

    for person in people.everybody():
        person.page.on("response", keep)
    page = PAGES[name](people)
    key = f"{name}, {people.language}"
    findings.sources[key] = documents[-1].text()
    findings.axe[key] = _in_every_look(page, name, findings)
    for person in people.everybody():
        person.page.remove_listener("response", keep)


def _in_every_look(page: Page, name: str, findings: Findings) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            findings.looks += 1
            found += [
                f"{width} px, {theme}: {line}" for line in axe.violations(page, EXCUSED.get(name, frozenset()))
            ]
        if page.evaluate(_SIDEWAYS) > 0:
            found.append(f"{width} px: the page scrolls sideways")
    return found


def _report(findings: Findings) -> int:
    print(f"{'page':<44}{'axe':>8}{'HTML':>8}")
    for key, found in findings.axe.items():
        print(f"{key:<44}{len(found):>8}{len(findings.html[key]):>8}")
        for line in dict.fromkeys([*found, *findings.html[key]]):
            print(f"    {line}")
    axe_count = sum(map(len, findings.axe.values()))
    html_count = sum(map(len, findings.html.values()))
    verdict = "passed" if axe_count + html_count == 0 else "FAILED"
    print(
        f"audit: {verdict}: {len(findings.axe)} pages, {findings.looks} looks, "
        f"{axe_count} violations, {html_count} errors of HTML"
    )
    return 0 if verdict == "passed" else 1
