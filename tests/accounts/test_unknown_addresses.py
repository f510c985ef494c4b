"""An address with an account and one without take the same way: the same statements, status and words.

How long they take is measured, not tested: `make timing`.
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory
from tests.support.statements import recorded_statements

WAYS = {"/sign-in": {}, "/sign-in/password": {"password": "wrong horse battery"}}


@pytest.mark.parametrize("path", WAYS)
def test_known_and_unknown_take_the_same_way(app: Flask, make: Factory, path: str) -> None:
    if path not in {rule.rule for rule in app.url_map.iter_rules()}:
        pytest.skip("there is no such way to sign in")
    make.person()  # person1@example.org
    found = {}
    for email in ("nobody1@example.org", "person1@example.org", "nobody2@example.org"):
        browser = AuditedClient(app)
        token = csrf_token(browser.get(path).text)
        with recorded_statements() as statements:
            answer = browser.post(path, data={"csrf_token": token, "email": email, **WAYS[path]})
        words = answer.text.replace(email, "EMAIL").replace(token, "TOKEN")
        lines = [line for line in words.splitlines() if "csrf_token" not in line and 'name="stamp"' not in line]
        found[email] = answer.status_code, answer.headers.get("Location"), lines, statements
    assert found["person1@example.org"] == found["nobody1@example.org"] == found["nobody2@example.org"]
