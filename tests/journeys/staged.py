"""Pages of failures that nobody can bring about from outside: a crash, too many attempts, maintenance."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Flask, abort
from playwright.sync_api import Page

from consult.app import create_app
from consult.core.access import public
from consult.settings import Settings

BY_STATUS = (400, 401, 403, 405, 410, 413, 422, 429, 500, 503)


@cache
def _failing(instance: Path, base_url: str) -> Flask:
    """The application on the same database, with an address that fails as one asks."""
    app = create_app(Settings(instance_path=instance, base_url=base_url, demonstration=True))

    @public
    def fail(status: int, slug: str = "") -> str:
        abort(status)

    app.add_url_rule("/staged/<int:status>", "staged.fail", fail)
    app.add_url_rule("/consultations/<slug>/staged/<int:status>", "staged.fail_here", fail)
    return app


def open_staged(page: Page, instance: Path, base_url: str, path: str) -> None:
    """Open an address of the staged application in a browser that is on the served site."""
    client = _failing(instance, base_url).test_client()
    answer = client.get(path, base_url=base_url)
    headers = {name: value for name, value in answer.headers if name not in {"Content-Length", "Vary"}}
    page.route(
        f"{base_url}{path}",
        lambda route: route.fulfill(
            status=answer.status_code, headers=headers, body=answer.get_data(as_text=True)
        ),
    )
    seen = page.goto(path)
    assert seen is not None
    assert seen.status == answer.status_code
    page.unroute(f"{base_url}{path}")
