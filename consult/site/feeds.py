"""Atom feeds: what happens in a consultation, and what happens to all of them.

They are written by a template with escaping on: the format is a dozen elements, and a library would bring a parser
along. They are revalidated by their content alone (ETag): hiding a contribution changes a feed without giving it a
newer date.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from consult.core import clock
from consult.core.access import public
from consult.core.db import transaction
from consult.core.web.languages import current_language
from consult.reports.queries import editions
from consult.site.queries import feeds as queries
from consult.site.shared import Feed, consultation_feed, site_feed, with_synthesis

blueprint = Blueprint("feeds", __name__)
MEDIA_TYPE = "application/atom+xml"


@blueprint.get("/feed.atom")
@public
def site() -> ResponseReturnValue:
    """What was announced, opened, closed and decided last."""
    now = clock.now()
    with transaction() as session:
        consultations = queries.consultations_in_the_news(session, now=now)
    return _answer(site_feed(consultations, now=now))


@blueprint.get("/consultations/<slug>/feed.atom")
@public
def consultation(slug: str) -> ResponseReturnValue:
    """The newest contributions of a consultation and its official events; a draft has no feed."""
    now = clock.now()
    with transaction() as session:
        entry = queries.consultation_entry(session, slug)
        contributions = queries.newest_contributions(session, entry.id)
        edition = editions.newest_edition(
            session, entry.id, tuple(dict.fromkeys((current_language(), entry.language)))
        )
    if edition is not None and edition.is_final:
        entry = with_synthesis(entry, edition.as_of)
    return _answer(consultation_feed(entry, contributions, now=now))


def _answer(feed: Feed) -> Response:
    # Rendered without the frame of pages, which a feed has no use for.
    text = current_app.jinja_env.get_template("site/feed.xml").render(feed=feed)
    return Response(text, content_type=f"{MEDIA_TYPE}; charset=utf-8")
