"""The home page, and the local mailbox of a demonstration."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.access import public
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.settings import Settings
from consult.site.queries.mailbox import recent_mails

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Open, announced and closed consultations."""
    with transaction() as session:
        lists = consultations.home_lists(session, now=clock.now())
    return render_template("site/home.html", lists=lists)


@blueprint.get("/mailbox")
@public
def mailbox() -> ResponseReturnValue:
    """The last mails of a demonstration that sends none; anywhere else this page does not exist."""
    settings: Settings = current_app.extensions["consult_settings"]
    if not settings.demonstration or settings.mail_url:
        raise NotFound
    mails = recent_mails(settings.instance_path / "mailbox", base_url=settings.base_url)
    page = render_template("site/mailbox.html", mails=mails, now=clock.real_now())
    return page, 200, {"Cache-Control": "no-store"}
