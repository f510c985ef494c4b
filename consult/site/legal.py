"""The legal notice, and what becomes of people's data: told from the constants that the code obeys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from consult.accounts.rules import CHALLENGE_LIFETIME, KEPT_AFTER_EXPIRY
from consult.accounts.sessions import LIFETIME, VISITOR_LIFETIME, cookie_name
from consult.core.access import public
from consult.core.db import transaction
from consult.core.installation import current_settings
from consult.core.mail import longest_wait
from consult.organisations.messages import DETAILS
from consult.organisations.queries import LegalNotice
from consult.organisations.rules import operator_details
from consult.site import appearance
from consult.site.queries.legal import public_notice

blueprint = Blueprint("legal", __name__)
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
    )


def _notice() -> LegalNotice:
    with transaction() as session:
        return public_notice(session, operator_details(current_settings()))


def _kept() -> Mapping[str, int]:
    """How long things are kept, in the unit that each name ends in."""
    return {
        "link_minutes": CHALLENGE_LIFETIME // timedelta(minutes=1),
        # The browser's session remembers where the mail went, until it is purged (every hour).
        "challenge_days": _whole_days(max(CHALLENGE_LIFETIME + KEPT_AFTER_EXPIRY, VISITOR_LIFETIME) + _HOUR),
        "session_days": LIFETIME // _DAY,
        "visitor_session_days": VISITOR_LIFETIME // _DAY,
        "theme_days": appearance.LIFETIME // _DAY,
        "mail_days": _whole_days(longest_wait()),
    }


def _whole_days(span: timedelta) -> int:
    """A span in days, rounded up: nothing is kept longer than the page says."""
    return -(-span // _DAY)
