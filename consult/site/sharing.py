"""What is asked for by whoever shows an address elsewhere: cards, icons, the manifest, the rules for crawlers."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.consultations import queries as consultations
from consult.core import clock, paths
from consult.core.access import VISITOR, public
from consult.core.db import transaction
from consult.core.installation import current_settings
from consult.core.web.addresses import external_url
from consult.core.web.assets import asset, kept_for_good
from consult.core.web.languages import language_prefix, only_without_prefix, request_language
from consult.organisations.rules import PAPER
from consult.settings import LANGUAGES
from consult.site.cards.drawing import CardWords
from consult.site.cards.files import card_version, kept_card
from consult.site.shared import card_image, card_words, share_links, site_card_words

blueprint = Blueprint("sharing", __name__)

ICONS = paths.STATIC / "vendor" / "icons"
_DAY = "public, max-age=86400"
# Pages that are for one person, or for nobody who searches. The list of contributions stays open, its filters and
# further pages do not: a sitemap leads to each contribution.
_CLOSED = (
    *("/manage", "/account", "/sign-in", "/mailbox", "/styleguide"),
    *(
        "/consultations/*/contributions?",
        "/consultations/*/contributions/new",
        "/consultations/*/contributions/*?",
    ),
)


def configure_sharing(app: Flask) -> None:
    """Offer templates what they say about a page to those who show it elsewhere."""
    app.add_template_global(card_image)
    app.add_template_global(share_links)

    @app.template_global()
    def public_url(slug: str, number: int | None = None) -> str:
        """The absolute address of a consultation or contribution, also on a page that shows it elsewhere."""
        if number is None:
            return external_url("consultations.introduction", request_language(), slug=slug)
        return external_url("proposals.show", request_language(), slug=slug, number=number)

    @app.template_global()
    def feed_url(slug: str | None = None) -> str:
        return url_for("feeds.consultation", slug=slug) if slug else url_for("feeds.site")


@blueprint.get("/card.png")
@public
def site_card() -> ResponseReturnValue:
    """The card of the home page."""
    return _picture(site_card_words())


@blueprint.get("/consultations/<slug>/card.png")
@public
def card(slug: str) -> ResponseReturnValue:
    """The card of a consultation; a draft has none, not even for its team."""
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=VISITOR, now=clock.now())
    return _picture(card_words(consultation))


@blueprint.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """For whoever asks without reading a page first."""
    response = send_from_directory(ICONS, "favicon.ico", mimetype="image/x-icon")
    response.headers["Cache-Control"] = _DAY
    return response


@blueprint.get("/site.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """The site's name, colours and icons, for a home screen; it stays a site with an address bar."""
    settings = current_settings()
    home = url_for("site.home")
    response = current_app.json.response(
        {
            "id": home,
            "name": settings.site_name,
            "description": _("Your municipality asks: answer, support, discuss, and see what becomes of it."),
            "lang": request_language(),
            "dir": "ltr",
            "start_url": home,
            "scope": home,
            "display": "minimal-ui",
            "background_color": PAPER.day,
            "theme_color": PAPER.day,
            "icons": [
                _icon("icon-192.png", "192x192", "any"),
                _icon("icon-512.png", "512x512", "any"),
                _icon("icon-maskable-192.png", "192x192", "maskable"),
                _icon("icon-maskable-512.png", "512x512", "maskable"),
            ],
        }
    )
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Everything public may be read, a demonstration too: its pages say what they are."""
    only_without_prefix()
    settings = current_settings()
    base = urlsplit(settings.base_url).path.rstrip("/")
    closed = [f"Disallow: {base}{language_prefix(code)}{path}" for code in LANGUAGES for path in _CLOSED]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {external_url('sitemap.index')}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": asset(f"vendor/icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}


def _picture(words: CardWords) -> ResponseReturnValue:
    """A card as an image that anybody may keep and show: for a year under the address of its version."""
    settings = current_settings()
    content = kept_card(settings.instance_path / "cards", words)
    response = Response(content, mimetype="image/png")
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.headers["Cache-Control"] = _DAY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return kept_for_good(response, card_version(words)).make_conditional(request)
