"""Light, dark, or as the device: a reader's choice, kept in a cookie of its own and nowhere else.

Before the choice there is no cookie, and "as the device" takes it away again. The choice starts no session: a
visitor's page stays one that may be kept, revalidated by its content (the theme is part of it).
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult.core.access import public
from consult.core.installation import current_settings
from consult.core.web.addresses import safe_next
from consult.core.web.languages import request_language, root_path, same_page_in

COOKIE = "consult_theme"
DEVICE = "device"
THEMES = ("light", "dark")
LIFETIME = timedelta(days=365)

blueprint = Blueprint("appearance", __name__)


@blueprint.post("/appearance")
@public
def choose() -> ResponseReturnValue:
    """Keep the choice and go back to the page it was made on, down to the buttons it was made with.

    Anything but a theme of ours means "as the device".
    """
    settings = current_settings()
    here = safe_next(request.form.get("next")) or url_for("site.home")
    response = current_app.make_response(redirect(f"{here}#appearance", 303))
    path = f"{root_path()}/"
    theme = request.form.get("theme")
    if theme in THEMES:
        response.set_cookie(
            COOKIE,
            theme,
            max_age=int(LIFETIME.total_seconds()),
            path=path,
            secure=settings.serves_https,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(COOKIE, path=path, secure=settings.serves_https, httponly=True, samesite="Lax")
    return response


def chosen_theme() -> str:
    """What this reader chose: light, dark or device."""
    theme = request.cookies.get(COOKIE)
    return theme if theme in THEMES else DEVICE


def way_back() -> str:
    """The address of this page, if it can be asked for: a page that answers a form alone cannot."""
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return url_for("site.home")
    return same_page_in(request_language())


def configure_appearance(app: Flask) -> None:
    """Let this one form do without a token.

    A token lives in a session, and a session means a cookie and a row: too much for a reader who wants a dark
    page. A forged request could at worst change the colours of a page, and its owner changes them back.
    """
    app.extensions["csrf"].exempt(choose)
