"""A running demonstration and people at browsers; every journey is watched for what no page may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.pages import People, open_people
from tests.journeys.person import Person, open_person
from tests.journeys.site import Site
from tests.journeys.watch import Watch
from tests.support.installation import Demonstration, new_installation

CHROMIUM = Path("/usr/bin/chromium")
# Debian's browser, without a network of its own: it is asked to load nothing but the pages under test.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as one that needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium; without it the journeys fail, because a skipped journey proves nothing."""
    if not CHROMIUM.exists():
        pytest.fail(f"The journeys need {CHROMIUM}: install Debian's package chromium.", pytrace=False)
    return {"executable_path": str(CHROMIUM), "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Each browser is told which site it visits. (The plugin's own fixture warns under this version of pytest.)"""


@pytest.fixture(scope="session")
def site(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, served with its worker; when everybody has left, its figures are those of its rows."""
    installation = demonstration.installation.copy(tmp_path_factory.mktemp("journeys") / "instance")
    with installation.serve() as served:
        found = Site(served.url, installation)
        yield found
        found.recount()


@pytest.fixture(scope="session")
def people_of(browser: Browser, site: Site) -> Iterator[Callable[[str], People]]:
    """People at home on the site who read in a language: they come when they are first asked for, and stay."""
    with ExitStack() as stack:
        yield cache(lambda language: stack.enter_context(open_people(browser, site, language)))


@pytest.fixture
def fresh_site(tmp_path: Path) -> Iterator[Site]:
    """An installation without any account or consultation, served with its worker."""
    installation = new_installation(tmp_path / "instance", DEMONSTRATION="1")
    with installation.serve() as served:
        yield Site(served.url, installation)


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts: every citizen's journey is made with and without."""
    return bool(request.param)


@pytest.fixture
def watches() -> Iterator[list[Watch]]:
    """What the browsers of this test have seen; held against the rules at its end."""
    found: list[Watch] = []
    yield found
    for watch in found:
        watch.verdict()


@pytest.fixture
def somebody(
    browser: Browser, new_context: Callable[..., BrowserContext], watches: list[Watch]
) -> Callable[..., Person]:
    """Opens a browser of its own for one more person: `somebody(site, name="Claire", javascript=False)`."""

    def open_browser(site: Site, **options: Any) -> Person:
        person = open_person(new_context, browser.version, site, **options)
        watches.append(Watch(person.context, site.url))
        return person

    return open_browser
