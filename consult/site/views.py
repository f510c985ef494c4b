"""The home page, the site map, the accessibility statement, and the local mailbox of a demonstration."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.access import public
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.installation import current_settings
from consult.core.web.guard import current_actor
from consult.core.web.headers import letter_policy
from consult.core.web.languages import request_language
from consult.organisations.rules import operator_details
from consult.settings import Settings
from consult.site.accessibility import assessment
from consult.site.queries.legal import public_notice
from consult.site.queries.mailbox import find_mail, recent_mails

# More than any municipality holds in a decade: the site map leaves none out.
MAPPED_CONSULTATIONS = 500

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Open, announced and closed consultations."""
    with transaction() as session:
        lists = consultations.home_lists(session, now=clock.now())
    return render_template("site/home.html", lists=lists, is_team_of=current_actor().is_team_of)


@blueprint.get("/site-map")
@public
def site_map() -> ResponseReturnValue:
    """Every page a reader can reach, in one list."""
    with transaction() as session:
        lists = consultations.home_lists(session, now=clock.now(), closed_limit=MAPPED_CONSULTATIONS)
    return render_template("site/site_map.html", lists=lists)


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """What was assessed, what is missing, and whom to tell."""
    settings = current_settings()
    with transaction() as session:
        publisher = public_notice(session, operator_details(settings)).publisher
    return render_template(
        "site/accessibility.html", a=assessment(request_language()), publisher=publisher, address=settings.base_url
    )


@blueprint.get("/mailbox")
@public
def mailbox() -> ResponseReturnValue:
    """The last mails of a demonstration that sends none; anywhere else this page does not exist."""
    settings = _demonstration()
    mails = recent_mails(settings.instance_path / "mailbox", base_url=settings.base_url)
    page = render_template("site/mailbox.html", mails=mails, now=clock.real_now())
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.get("/mailbox/<key>")
@public
def mail(key: str) -> ResponseReturnValue:
    """The HTML part of one of those mails, as mail programs draw it: alone, and allowed nothing but its styles."""
    settings = _demonstration()
    found = find_mail(settings.instance_path / "mailbox", key, base_url=settings.base_url)
    if found is None or not found.html:
        raise NotFound
    # The path alone: whoever reaches the page under another name of this machine stays there.
    html = found.html.replace(f'href="{settings.base_url}/', 'href="/')
    return html, 200, {"Cache-Control": "no-store", "Content-Security-Policy": letter_policy(html)}


def _demonstration() -> Settings:
    settings = current_settings()
    if not settings.demonstration or settings.mail_url:
        raise NotFound
    return settings
