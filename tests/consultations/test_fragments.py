"""What scripts ask consultations for: figures that stay fresh, and how a text of the team's form will look."""

from __future__ import annotations

from typing import Any

import pytest

from consult.audience.models import Sighting
from consult.consultations.values import State
from consult.core.db import transaction
from consult.organisations.values import Role
from tests.consultations.team import in_state
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements


def figures(made: Made) -> str:
    return f"/en/consultations/{made.slug}/figures"


def between(html: str, start: str, end: str) -> str:
    return html.split(start, 1)[1].split(end, 1)[0]


class TestFigures:
    def test_they_are_public_and_kept_for_some_seconds(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        make.contribution(made)
        answer = client.get(figures(made))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=10"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers
        assert "<html" not in answer.text
        assert f'data-url="{figures(made)}"' in answer.text

    def test_they_are_those_of_the_page(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        make.support(made, make.contribution(made))
        client.get(f"/en/consultations/{made.slug}")  # counts this reader, who then sees themselves counted
        page = client.get(f"/en/consultations/{made.slug}").text
        assert between(client.get(figures(made)).text, "<dl", "</dl>") == between(page, "<dl", "</dl>")

    def test_unchanged_they_are_not_sent_again(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        number = make.contribution(made)
        first = client.get(figures(made))
        again = client.get(figures(made), headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["Cache-Control"] == "public, max-age=10"
        make.support(made, number)
        changed = client.get(figures(made), headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200

    def test_asking_for_them_is_no_visit(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        client.get(figures(made))
        assert visits() == 0
        client.get(f"/consultations/{made.slug}")
        assert visits() == 1

    def test_they_cost_the_same_at_every_size(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation(questions=tuple("abcdefgh"))
        for _ in range(3):
            make.support(made, make.contribution(made))
        with recorded_statements() as seen:
            client.get(figures(made))
        assert len(seen) == 2

    @pytest.mark.parametrize(
        ("state", "status"),
        [(State.DRAFT, 404), (State.ANNOUNCED, 404), (State.OPEN, 200), (State.CLOSED, 200)],
    )
    def test_only_what_has_opened_has_any(
        self, make: Factory, client: AuditedClient, state: State, status: int
    ) -> None:
        assert client.get(figures(in_state(make, state))).status_code == status

    def test_after_the_end_nobody_is_told_to_ask_again(self, make: Factory, client: AuditedClient) -> None:
        made = in_state(make, State.CLOSED)
        for path in (figures(made), f"/en/consultations/{made.slug}"):
            assert "/figures" not in client.get(path).text

    def test_with_a_session_no_cache_keeps_them(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        client.sign_in(make.person())
        assert client.get(figures(made)).headers["Cache-Control"] == "no-store"


def visits() -> int:
    with transaction() as session:
        return session.query(Sighting).count()


class TestPreviewOfATextOfTheTeam:
    PAGE = "/en/manage/consultations/new"
    ADDRESS = "/en/manage/consultations/text-preview"

    def ask(self, client: AuditedClient, text: str) -> Any:
        return client.send(self.ADDRESS, {"text": text}, page=self.PAGE)

    def test_it_is_what_would_be_shown(self, make: Factory, client: AuditedClient) -> None:
        client.sign_in(make.member(make.organisation()))
        made = self.ask(client, "## Pourquoi\n\nUne *halle* <script>alert(1)</script>")
        assert made.status_code == 200
        assert made.headers["X-Fragment"] == "preview"
        assert "<h2>Pourquoi</h2>" in made.text
        assert "<script" not in made.text

    @pytest.mark.parametrize("text", ["x" * 200_001, "x\x07y"])
    def test_what_could_not_be_saved_is_said(self, make: Factory, client: AuditedClient, text: str) -> None:
        client.sign_in(make.member(make.organisation()))
        made = self.ask(client, text)
        assert made.status_code == 422
        assert made.headers["X-Fragment"] == "preview"

    def test_it_is_for_those_who_write_consultations(self, make: Factory, client: AuditedClient) -> None:
        made = make.consultation()
        number = make.contribution(made)
        page = f"/en/consultations/{made.slug}/contributions/{number}"
        assert client.post(self.ADDRESS, data={"text": "x"}).status_code in {400, 401}
        citizen, moderator = make.person(), make.member(made.organisation_id, Role.MODERATOR)
        for actor in (citizen, moderator):
            client.sign_in(actor)
            data = {"csrf_token": csrf_token(client.get(page).text), "text": "x"}
            assert client.post(self.ADDRESS, data=data).status_code == 403
