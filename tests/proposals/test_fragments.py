"""What scripts ask for: parts of the page of a contribution, drafts kept while typing, previews."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from consult.accounts.models import BrowserSession
from consult.consultations.models import Consultation
from consult.core.access import Actor
from consult.core.db import transaction
from consult.proposals.rules import MAX_BODY
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

SUPPORT = {"X-Fragment": "support"}
DISCUSSION = {"X-Fragment": "discussion"}


def base(consultation: Made) -> str:
    return f"/en/consultations/{consultation.slug}/contributions"


def signed_in(app: Flask, actor: Actor) -> AuditedClient:
    client = AuditedClient(app)
    client.sign_in(actor)
    return client


@pytest.fixture
def consultation(make: Factory) -> Made:
    return make.consultation()


@pytest.fixture
def citizen(app: Flask, make: Factory) -> AuditedClient:
    return signed_in(app, make.person("Aïcha B."))


@pytest.fixture
def page(make: Factory, consultation: Made) -> str:
    return f"{base(consultation)}/{make.contribution(consultation)}"


def close(consultation: Made) -> None:
    with transaction(write=True) as session:
        session.execute(
            update(Consultation)
            .where(Consultation.id == consultation.id)
            .values(opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 9))
        )


class TestSupport:
    def test_the_box_alone_says_what_changed(self, citizen: AuditedClient, page: str) -> None:
        given = citizen.send(f"{page}/support", page=page, headers=SUPPORT)
        assert given.status_code == 200
        assert given.headers["X-Fragment"] == "support"
        assert given.headers["Cache-Control"] == "no-store"
        assert 'data-said="You support this. 1 support."' in given.text
        assert f'action="{page}/support/withdraw"' in given.text
        assert "<html" not in given.text
        back = citizen.send(f"{page}/support/withdraw", page=page, headers=SUPPORT)
        assert 'data-said="You no longer support this. 0 supports."' in back.text

    def test_the_header_changes_no_page_that_is_read(self, citizen: AuditedClient, page: str) -> None:
        for headers in (SUPPORT, DISCUSSION, {"X-Fragment": "content"}):
            read = citizen.get(page, headers=headers)
            assert "X-Fragment" not in read.headers
            assert "<html" in read.text

    def test_another_part_than_the_act_has_is_answered_like_any_form(
        self, citizen: AuditedClient, page: str
    ) -> None:
        sent = citizen.send(f"{page}/support", page=page, headers={"X-Fragment": "content"})
        assert sent.status_code == 303

    def test_a_refusal_is_a_page(
        self, make: Factory, app: Flask, citizen: AuditedClient, consultation: Made, page: str
    ) -> None:
        token = csrf_token(citizen.get(page).text)
        close(consultation)
        refused = citizen.post(f"{page}/support", data={"csrf_token": token}, headers=SUPPORT)
        assert refused.status_code == 403
        assert "X-Fragment" not in refused.headers
        assert AuditedClient(app).post(f"{page}/support", headers=SUPPORT).status_code in {400, 401}


class TestDiscussion:
    def test_a_comment_comes_back_in_its_place(self, citizen: AuditedClient, page: str) -> None:
        sent = citizen.send(
            f"{page}/comments", {"stance": "for", "body": "Très **utile**."}, page=page, headers=DISCUSSION
        )
        assert sent.status_code == 200
        assert sent.headers["X-Fragment"] == "discussion"
        assert 'data-published="comment-1"' in sent.text
        assert 'data-said="Your comment is published."' in sent.text
        assert "<strong>utile</strong>" in sent.text
        assert "1 comment" in sent.text
        assert "</textarea>" in sent.text
        assert "Très **utile**" not in sent.text, "the form is empty again"
        assert "is published" not in citizen.get(page).text, "said once"

    def test_what_is_to_be_mended_comes_back_with_its_summary(self, citizen: AuditedClient, page: str) -> None:
        citizen.send(f"{page}/comments", {"stance": "for", "body": "Très utile."}, page=page)
        sent = citizen.send(
            f"{page}/comments", {"stance": "neutral", "parent": "1", "body": " "}, page=page, headers=DISCUSSION
        )
        assert sent.status_code == 422
        assert sent.headers["X-Fragment"] == "discussion"
        assert 'id="error-summary"' in sent.text
        assert "Your reply" in sent.text
        assert "data-said" not in sent.text

    def test_its_statements_do_not_grow_with_the_discussion(
        self, make: Factory, citizen: AuditedClient, consultation: Made, page: str
    ) -> None:
        def statements() -> int:
            token = csrf_token(citizen.get(page).text)
            data = {"csrf_token": token, "stance": "for", "body": "Très utile."}
            with recorded_statements() as seen:
                assert citizen.post(f"{page}/comments", data=data, headers=DISCUSSION).status_code == 200
            return len(seen)

        statements()
        before = statements()
        for _ in range(15):
            make.comment(consultation, 1)
        assert statements() == before

    def test_actions_name_the_comment_they_are_about(self, citizen: AuditedClient, page: str) -> None:
        citizen.send(f"{page}/comments", {"stance": "for", "body": "Très utile."}, page=page)
        text = citizen.get(page).text
        assert 'Reply<span class="visually-hidden"> – Aïcha B., 10 Mar 2026</span>' in text
        assert 'Withdraw<span class="visually-hidden"> – Aïcha B., 10 Mar 2026</span>' in text


class TestDraft:
    def test_what_a_step_holds_is_kept_and_the_rest_stays(self, client: AuditedClient, consultation: Made) -> None:
        new = f"{base(consultation)}/new"
        saved = client.send(f"{new}/draft", {"title": "Une fontaine", "question": "2"}, page=new)
        assert saved.status_code == 200
        assert saved.headers["X-Fragment"] == "draft"
        assert saved.headers["Cache-Control"] == "no-store"
        assert saved.text == "Draft saved at 12:00."
        client.send(f"{new}/draft", {"body": "De l’eau"}, page=new)
        assert 'value="Une fontaine"' in client.get(new).text
        text = client.get(f"{new}/text").text
        assert "De l’eau</textarea>" in text
        # A question that is none of this consultation's is not kept.
        client.send(f"{new}/draft", {"question": "99"}, page=new)
        (chosen,) = [tag for tag in re.findall(r"<input[^>]*>", client.get(new).text) if " checked" in tag]
        assert 'value="2"' in chosen

    def test_it_belongs_to_its_writer(self, app: Flask, client: AuditedClient, consultation: Made) -> None:
        new = f"{base(consultation)}/new"
        client.send(f"{new}/draft", {"title": "Une fontaine"}, page=new)
        assert "Une fontaine" not in AuditedClient(app).get(new).text

    def test_it_needs_the_token_of_its_form(self, app: Flask, client: AuditedClient, consultation: Made) -> None:
        refused = client.post(f"{base(consultation)}/new/draft", data={"title": "Une fontaine"})
        assert refused.status_code == 400
        with transaction() as session:
            assert session.query(BrowserSession).count() == 0

    def test_nothing_is_kept_where_nothing_can_be_published(
        self, make: Factory, app: Flask, citizen: AuditedClient, consultation: Made, page: str
    ) -> None:
        token = csrf_token(citizen.get(page).text)
        member = signed_in(app, make.member(consultation.organisation_id))
        hers = csrf_token(member.get(page).text)
        for path in ("new/draft", "preview"):
            data = {"csrf_token": hers, "text": "x", "title": "x"}
            assert member.post(f"{base(consultation)}/{path}", data=data).status_code == 403
        close(consultation)
        for path in ("new/draft", "preview"):
            refused = citizen.post(f"{base(consultation)}/{path}", data={"csrf_token": token, "title": "x"})
            assert refused.status_code == 403
            assert "This consultation has closed" in refused.text


class TestPreview:
    def test_it_is_what_would_be_published(self, client: AuditedClient, consultation: Made) -> None:
        new = f"{base(consultation)}/new"
        made = client.send(
            f"{base(consultation)}/preview",
            {"text": "Des **bancs**\r\n\r\n- ici\r\n- <script>alert(1)</script>[là](javascript:alert(1))"},
            page=new,
        )
        assert made.status_code == 200
        assert made.headers["X-Fragment"] == "preview"
        assert made.headers["Cache-Control"] == "no-store"
        assert "<strong>bancs</strong>" in made.text
        assert "<li>ici</li>" in made.text
        assert "<script" not in made.text
        assert "javascript:" not in made.text

    @pytest.mark.parametrize("text", ["x" * (MAX_BODY + 1), "x\x00y"])
    def test_what_could_not_be_published_is_said(
        self, client: AuditedClient, consultation: Made, text: str
    ) -> None:
        made = client.send(f"{base(consultation)}/preview", {"text": text}, page=f"{base(consultation)}/new")
        assert made.status_code == 422
        assert made.headers["X-Fragment"] == "preview"
        assert made.text.startswith("<p>")

    def test_it_costs_the_same_whatever_the_text(self, client: AuditedClient, consultation: Made) -> None:
        token = csrf_token(client.get(f"{base(consultation)}/new").text)
        counts = set()
        for text in ("", "court", "long " * 1500):
            with recorded_statements() as seen:
                client.post(f"{base(consultation)}/preview", data={"csrf_token": token, "text": text})
            counts.add(len(seen))
        assert len(counts) == 1
