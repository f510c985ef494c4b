"""The legal notice, and what becomes of people's data: told from the constants that the code obeys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.accounts.rules import CHALLENGE_LIFETIME, KEPT_AFTER_EXPIRY
from consult.accounts.sessions import LIFETIME, VISITOR_LIFETIME, cookie_name
from consult.accounts.values import CONSENT_VERSION
from consult.audience.rules import OBJECTION_COOKIE
from consult.core.access import public
from consult.core.db import transaction
from consult.core.installation import current_settings
from consult.core.mail import longest_wait
from consult.core.web.languages import current_language, root_path
from consult.organisations.messages import DETAILS
from consult.organisations.queries import LegalNotice
from consult.organisations.rules import operator_details
from consult.privacy.messages import KINDS, fates_of
from consult.privacy.rules import data_map, tables_by_kind
from consult.site import appearance
from consult.site.queries.legal import public_notice

blueprint = Blueprint("legal", __name__)
# A little over a year, as the French authority allows for what remembers an objection.
_OBJECTION = timedelta(days=395)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@blueprint.get("/legal")
@public
def notice() -> ResponseReturnValue:
    """Who publishes, who answers for it, who runs the server; what nobody has filled in is said."""
    return render_template("site/legal.html", published=_notice(), names=DETAILS)


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about whom, why and for how long, and whom to ask."""
    return render_template(
        "site/privacy.html",
        published=_notice(),
        kept=_kept(),
        session_cookie=cookie_name(secure=current_settings().serves_https),
        theme_cookie=appearance.COOKIE,
        uncounted=request.cookies.get(OBJECTION_COOKIE) == "1",
        uncounted_cookie=OBJECTION_COOKIE,
        personal=[mapped for mapped in data_map().values() if mapped.is_personal],
        fates=fates_of,
        kinds=tables_by_kind(data_map()),
        kind_names=KINDS,
        language=current_language(),
        conditions=CONSENT_VERSION,
    )


@blueprint.post("/privacy/counting")
@public
def counting() -> ResponseReturnValue:
    """A reader objects to being counted, or no longer does: a cookie of its own, without a session.

    Like the choice of a theme it does without a token: a forged request could at worst leave one reader uncounted.
    """
    response = current_app.make_response(redirect(f"{url_for('legal.privacy')}#counting", 303))
    options: dict[str, Any] = {
        "path": f"{root_path()}/",
        "secure": current_settings().serves_https,
        "httponly": True,
        "samesite": "Lax",
    }
    if request.form.get("counted") == "no":
        response.set_cookie(OBJECTION_COOKIE, "1", max_age=int(_OBJECTION.total_seconds()), **options)
    else:
        response.delete_cookie(OBJECTION_COOKIE, **options)
    return response


def configure_objection(app: Flask) -> None:
    """Let the form of the objection do without a token, and so without a session."""
    app.extensions["csrf"].exempt(counting)


def _notice() -> LegalNotice:
    with transaction() as session:
        return public_notice(session, operator_details(current_settings()))


def _kept() -> Mapping[str, int]:
    """How long things are kept, in the unit that each name ends in."""
    settings = current_settings()
    return {
        "link_minutes": CHALLENGE_LIFETIME // timedelta(minutes=1),
        # The browser's session remembers where the mail went, until it is purged (every hour).
        "challenge_days": _whole_days(max(CHALLENGE_LIFETIME + KEPT_AFTER_EXPIRY, VISITOR_LIFETIME) + _HOUR),
        "session_days": LIFETIME // _DAY,
        "visitor_session_days": VISITOR_LIFETIME // _DAY,
        "theme_days": appearance.LIFETIME // _DAY,
        "objection_days": _OBJECTION // _DAY,
        "mail_date_days": settings.retention_mail_days,
        "draft_days": settings.retention_draft_days,
        "account_months": settings.retention_account_months,
        "mail_days": _whole_days(longest_wait()),
    }


def _whole_days(span: timedelta) -> int:
    """A span in days, rounded up: nothing is kept longer than the page says."""
    return -(-span // _DAY)
