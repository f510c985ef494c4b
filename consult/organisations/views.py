"""What everybody may fetch of an organisation: its logo and its accent colour."""

from __future__ import annotations

from flask import Blueprint, Response

from consult.core.access import public
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.web.assets import kept_for_good
from consult.organisations import queries
from consult.organisations.presentation import accent_sheet, accent_url, accent_version, logo_url

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
blueprint.add_app_template_global(accent_url)
blueprint.add_app_template_global(logo_url)


@blueprint.get("/<slug>/logo")
@public
def logo(slug: str) -> Response:
    """The picture as it was written anew here; under its current version for good."""
    with transaction() as session:
        found = queries.get_logo(session, slug)
    return kept_for_good(Response(found.content, mimetype=found.media_type), found.version)


@blueprint.get("/<slug>/accent.css")
@public
def accent(slug: str) -> Response:
    """The style sheet of the organisation's colour; 404 while it has none."""
    with transaction() as session:
        colour = queries.get_identity(session, slug).look.accent
    if not colour:
        raise NotFound
    return kept_for_good(Response(accent_sheet(colour), mimetype="text/css"), accent_version(colour))
