"""A consultation of 23 February 2018 to 31 August 2019, rehearsed around its end on real servers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.web import Visitor
from tests.exchange.packages import write_package
from tests.support.installation import Installation, new_installation

SLUG = "halle"
HERE = f"/consultations/{SLUG}"
TWO_DAYS_BEFORE = "2019-08-29T12:00:00+02:00"
LAST_SECOND = "2019-08-31T23:59:59+02:00"
MIDNIGHT = "2019-09-01T00:00:00+02:00"
COUNTED = ("participants", "contributions", "supports", "comments")
# Everything a citizen might still try, by the page that would hold its form.
TOO_LATE: dict[str, Callable[[Visitor], int]] = {
    "contribute": lambda citizen: citizen.get(f"{HERE}/contributions/new").status,
    "support": lambda citizen: citizen.send(f"{HERE}/contributions/2/support", page="/account").status,
    "take a support back": lambda citizen: (
        citizen.send(f"{HERE}/contributions/1/support/withdraw", page="/account").status
    ),
    "comment": lambda citizen: (
        citizen.send(f"{HERE}/contributions/1/comments", page="/account", stance="for", body="Trop tard.").status
    ),
    "edit": lambda citizen: citizen.get(f"{HERE}/contributions/10/edit").status,
    "withdraw": lambda citizen: citizen.send(f"{HERE}/contributions/10/withdraw", page="/account").status,
    "withdraw a comment": lambda citizen: (
        citizen.send(f"{HERE}/contributions/1/comments/13/withdraw", page="/account").status
    ),
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The package of that consultation, imported long after its end."""
    folder = tmp_path_factory.mktemp("time")
    found = new_installation(folder / "instance", DEMONSTRATION="1")
    found.do("import", write_package(folder / "package"))
    return found


def days(visitor: Visitor) -> tuple[int, int, str]:
    found = visitor.figures(SLUG)
    return found["days"], found["days_total"], found["state"]


def test_two_days_before_its_end_it_shows_553_of_555_days_and_is_open(installation: Installation) -> None:
    with installation.serve(FREEZE_TIME=TWO_DAYS_BEFORE) as served:
        visitor = Visitor(served.url, "Reader")
        assert days(visitor) == (553, 555, "open")
        page = visitor.get(f"/en{HERE}").text
        assert ">553<" in page
        assert "of 555" in page
        assert "the clock stands still" in page


def test_it_is_open_to_the_last_second_and_then_frozen(installation: Installation) -> None:
    citizen = Visitor("", "Claire")
    with installation.serve(FREEZE_TIME=LAST_SECOND) as served:
        citizen.at(served.url).sign_in()
        assert days(citizen) == (555, 555, "open")
        before = citizen.figures(SLUG)
        new = f"{HERE}/contributions/new"
        citizen.send(new, question="1", title="Encore une idée")
        citizen.send(f"{new}/text", body="Écrite à la dernière seconde.")
        assert citizen.send(f"{new}/preview").path == f"{HERE}/contributions/10"
        citizen.send(f"{HERE}/contributions/1/support", page=f"{HERE}/contributions/1")
        citizen.send(f"{HERE}/contributions/1/comments", page=f"{HERE}/contributions/1", stance="for", body="Oui.")
        at_the_end = citizen.figures(SLUG)
    steps = {name: at_the_end[name] - before[name] for name in COUNTED}
    assert steps == {"participants": 1, "contributions": 1, "supports": 1, "comments": 1}

    with installation.serve(FREEZE_TIME=MIDNIGHT) as served:
        citizen.at(served.url)
        assert days(citizen) == (555, 555, "closed")
        for act, attempt in TOO_LATE.items():
            assert attempt(citizen) == 403, act
        page = citizen.get(f"/en{HERE}/contributions/1").text
        assert "I support this" not in page
        frozen = citizen.figures(SLUG)
    assert {name: frozen[name] for name in COUNTED} == {name: at_the_end[name] for name in COUNTED}
    assert "No drift." in installation.do("recount", SLUG)
