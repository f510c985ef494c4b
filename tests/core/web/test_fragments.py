"""Parts of pages: asked for by a header, and only by what is posted."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.core.web.fragments import fragment_of, wants_fragment


@pytest.mark.parametrize(
    ("method", "header", "wanted"),
    [("POST", "support", True), ("POST", "other", False), ("POST", "", False), ("GET", "support", False)],
)
def test_only_a_form_that_is_sent_asks_for_a_part(app: Flask, method: str, header: str, wanted: bool) -> None:
    with app.test_request_context("/", method=method, headers={"X-Fragment": header}):
        assert wants_fragment("support") is wanted


def test_a_part_names_itself_and_is_no_page_for_search_engines(app: Flask) -> None:
    with app.test_request_context("/"):
        response = fragment_of("<p>…</p>", "preview", status=422)
    assert response.status_code == 422
    assert response.headers["X-Fragment"] == "preview"
    assert response.headers["X-Robots-Tag"] == "noindex"
