"""What people type to break things: refused with a page that is valid, nothing of it stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.core.db import transaction
from consult.core.errors import Invalid
from consult.proposals.drafts import MAX_DRAFT
from consult.proposals.models import Comment, Contribution, Draft
from consult.proposals.rules import MAX_BODY, check_title, prepare_comment, prepare_contribution
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory, Made

TITLE, BODY = "Des bancs à l’ombre", "Installer des bancs à l’ombre, place du marché."
UNPRINTABLE = {
    "NUL": "\0",
    "control": "\x01",
    "control of the second set": "\x85",
    "form feed": "\x0c",
    "non-character": "\uffff",
    "non-character of another plane": "\U0001fffe",
}
INVISIBLE = {
    "zero width": "\u200b" * 40,
    "fillers": "\u3164" * 40,
    "soft hyphens": "\xad" * 40,
    "rules only": "---\n\n" * 10,
}
CURSORS = ("1", "1-1", "1-5-1-1", "1-2-1-1", "-1--1", "a-b", "1-1-1-1-1", "%00", "2147483648-0-1-1", "%D9%A1-1")
QUERIES = (
    *(
        "%00",
        "%01",
        "%7F",
        "%C2%85",
        "%EF%BF%BF",
        "%ED%A0%80",
        "%FF",
        "'",
        '"',
        "%25",
        "_",
        "*",
        "a*",
        '"a',
        "a:b",
    ),
    *(
        "NEAR(a b)",
        "a AND b",
        "a OR",
        "NOT",
        "-a",
        "^a",
        "{a}",
        "(",
        ")",
        ":*",
        "!a",
        "a%26b",
        "a|b",
        "1e5",
        "x" * 999,
    ),
    *("<script>alert(1)</script>", "%22%3E%3Cscript%3Ealert(1)", "%EF%AC%83" * 200, "\\", "a<->b", "%F0%9F%91%8D"),
)


def base(consultation: Made) -> str:
    return f"/consultations/{consultation.slug}/contributions"


def stored() -> tuple[int, ...]:
    """How many contributions, comments and drafts there are."""
    with transaction() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Contribution, Comment, Draft)
        )


@pytest.fixture
def consultation(make: Factory) -> Made:
    return make.consultation()


@pytest.mark.parametrize("sort", ["rotating", "recent", "supported", "discussed", "unheard-of"])
def test_no_cursor_breaks_a_list(make: Factory, client: AuditedClient, consultation: Made, sort: str) -> None:
    make.contribution(consultation)
    for cursor in CURSORS:
        assert client.get(f"{base(consultation)}?sort={sort}&after={cursor}").status_code == 200


def test_no_search_breaks_a_list(make: Factory, client: AuditedClient, consultation: Made) -> None:
    make.contribution(consultation)
    for query in QUERIES:
        page = client.get(f"{base(consultation)}?q={query}")
        assert page.status_code == 200, query
        assert "<script>" not in page.text


@pytest.mark.parametrize("character", UNPRINTABLE.values(), ids=list(UNPRINTABLE))
def test_what_no_page_can_show_is_refused_everywhere(
    app: Flask, make: Factory, consultation: Made, character: str
) -> None:
    author, bad = make.person(), character + "x"
    number = make.contribution(consultation, author)
    browser, idea = AuditedClient(app), {"title": TITLE, "question": "1"}
    browser.sign_in(author)
    forms: list[tuple[str, str, dict[str, Any]]] = [
        ("/new", "/new", {**idea, "title": TITLE + bad}),
        (f"/{number}/edit", f"/{number}/edit", {**idea, "title": TITLE + bad, "body": BODY}),
        (f"/{number}/edit", f"/{number}/edit", {**idea, "body": BODY + bad}),
        (f"/{number}/comments", f"/{number}", {"stance": "for", "body": "Oui" + bad}),
        (f"/{number}/comments", f"/{number}", {"stance": bad, "body": "Oui" + bad}),
    ]
    before = stored()
    for path, page, data in forms:
        response = browser.send(base(consultation) + path, data, page=base(consultation) + page)
        assert response.status_code == 422, path
    assert stored() == before


@pytest.mark.parametrize("character", UNPRINTABLE.values(), ids=list(UNPRINTABLE))
def test_a_visitors_draft_keeps_the_words_without_what_no_page_can_show(
    client: AuditedClient, consultation: Made, character: str
) -> None:
    client.send(f"{base(consultation)}/new", {"title": TITLE, "question": "1"})
    response = client.send(f"{base(consultation)}/new/text", {"body": BODY + character})
    assert response.status_code == 422
    assert BODY in response.text
    assert BODY in client.get(f"{base(consultation)}/new/text").text


def test_a_draft_has_an_end(client: AuditedClient, consultation: Made) -> None:
    client.send(f"{base(consultation)}/new", {"title": TITLE, "question": "1"})
    assert client.send(f"{base(consultation)}/new/text", {"body": "x" * 500_000}).status_code == 422
    with transaction() as session:
        assert session.scalar(select(func.length(Draft.body))) == MAX_DRAFT > MAX_BODY


@pytest.mark.parametrize("parent", ["x", "9" * 5_000, "99999999999", "12345", "-1"])
def test_a_reply_to_nothing_is_no_comment_of_its_own(
    app: Flask, make: Factory, consultation: Made, parent: str
) -> None:
    number = make.contribution(consultation)
    browser = AuditedClient(app)
    browser.sign_in(make.person())
    page = f"{base(consultation)}/{number}"
    answer = browser.send(f"{page}/comments", {"body": "Oui", "stance": "for", "parent": parent}, page=page)
    assert answer.status_code == 404
    assert stored() == (1, 0, 0)


@pytest.mark.parametrize("text", INVISIBLE.values(), ids=list(INVISIBLE))
@pytest.mark.parametrize("check", [lambda text: prepare_contribution(TITLE, text), prepare_comment])
def test_a_text_that_shows_nothing_is_no_text(check: Callable[[str], object], text: str) -> None:
    with pytest.raises(Invalid, match="short"):
        check(text)


def test_a_title_that_shows_nothing_is_no_title() -> None:
    for text in ("\u200b" * 40, "\u3164" * 40, "Idée" + "\u2060" * 8):
        with pytest.raises(Invalid, match="title_short"):
            check_title(text)


def test_a_body_that_is_too_large_is_said_to_be(client: AuditedClient, consultation: Made) -> None:
    page = f"{base(consultation)}/new"
    token = csrf_token(client.get(page).text)
    for size, status in ((1_500_000, 422), (3_000_000, 413)):
        response = client.post(page, data={"csrf_token": token, "title": "x" * size})
        assert response.status_code == status
