"""Signing in where forms are checked as in production: with scripts nobody notices, without them one waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from consult.core.web.proof import PAUSE
from tests.journeys import acts
from tests.journeys.person import Person
from tests.journeys.site import Site
from tests.support.installation import Demonstration


@pytest.fixture(scope="module")
def checked_site(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration with the checks that production has, limits included."""
    installation = demonstration.installation.copy(tmp_path_factory.mktemp("checked") / "instance")
    with installation.serve(FORM_SECONDS="2", PROOF_OF_WORK="all", LIMITS="1") as served:
        yield Site(served.url, installation)


def test_with_scripts_the_proof_is_found_in_the_background(
    checked_site: Site, somebody: Callable[..., Person]
) -> None:
    lea = somebody(checked_site, name="Léa au clavier")
    lea.goes_to("/sign-in")
    lea.page.wait_for_timeout(2100)
    acts.ask_for_a_mail(lea)
    lea.page.wait_for_timeout(2100)
    lea.writes("Six-digit code", acts.code_of_the_mail(lea))
    lea.main.get_by_role("button", name=lea.words("Sign in"), exact=True).click()
    lea.sees_heading("Welcome")
    lea.page.wait_for_timeout(2100)
    acts.introduce_oneself(lea)


def test_a_form_sent_at_once_is_sent_once_more_and_nothing_is_lost(
    checked_site: Site, somebody: Callable[..., Person]
) -> None:
    max_ = somebody(checked_site, name="Max le rapide")
    max_.goes_to("/sign-in")
    max_.writes("E-mail address", max_.email)
    max_.presses("Send me the e-mail")
    max_.sees_heading("Please send this once more")
    max_.page.wait_for_timeout(2100)
    max_.presses("Send it again")
    max_.sees_heading("Check your e-mail")


def test_without_scripts_a_pause_stands_in(checked_site: Site, somebody: Callable[..., Person]) -> None:
    rene = somebody(checked_site, name="René sans script", javascript=False)
    rene.goes_to("/sign-in")
    rene.page.wait_for_timeout(2100)
    rene.writes("E-mail address", rene.email)
    rene.presses("Send me the e-mail")
    rene.sees_heading("One moment, please")
    rene.page.wait_for_timeout((PAUSE + 1) * 1000)
    rene.presses("Send it again")
    rene.sees_heading("Check your e-mail")
