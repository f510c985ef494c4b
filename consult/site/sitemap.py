"""Sitemaps: an index, and files of at most some 10,000 addresses, written while the rows are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from flask import Blueprint, Response, stream_with_context
from flask.typing import ResponseReturnValue
from markupsafe import escape
from sqlalchemy.orm import Session

from consult.core import clock
from consult.core.access import public
from consult.core.db import independent_transaction, transaction
from consult.core.errors import NotFound
from consult.core.installation import current_settings
from consult.core.web.addresses import external_url, external_urls
from consult.core.web.languages import only_without_prefix
from consult.settings import LANGUAGES
from consult.site.queries.sitemap import Parts, listed_consultations, listed_contributions, sitemap_parts

blueprint = Blueprint("sitemap", __name__)

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_FRESH = "public, max-age=3600"
# The pages of a consultation, and whether its dates and contributions say when they changed; nothing says when
# the digest and the testimonies did.
_PAGES = {
    "consultations.introduction": True,
    "consultations.about": False,
    "proposals.index": True,
    "consultations.testimonies": False,
    "reports.statistics": True,
    "reports.follow_up": True,
}
Row = tuple[str, dict[str, object], datetime | None]


@blueprint.get("/sitemap.xml")
@public
def index() -> ResponseReturnValue:
    """The files there are; their number follows from the newest ids."""
    parts = _parts()
    names = [("sitemap.consultations", part + 1) for part in range(parts.consultations)]
    names += [("sitemap.contributions", part + 1) for part in range(parts.contributions)]
    files = "".join(
        f"<sitemap><loc>{escape(external_url(name, part=part))}</loc></sitemap>\n" for name, part in names
    )
    text = f"{_HEAD}<sitemapindex {_SPACES}>\n{files}</sitemapindex>\n"
    return Response(text, content_type="application/xml; charset=utf-8")


@blueprint.get("/sitemap-consultations-<int:part>.xml")
@public
def consultations(part: int) -> ResponseReturnValue:
    """The home page and the pages of consultations."""
    if not 1 <= part <= _parts().consultations:
        raise NotFound
    now = clock.now()

    def rows(session: Session) -> Iterator[Row]:
        if part == 1:
            yield "site.home", {}, None
        for item in listed_consultations(session, part, now=now):
            for endpoint, dated in _PAGES.items():
                yield endpoint, {"slug": item.slug}, item.changed_at if dated else None

    return _file(rows)


@blueprint.get("/sitemap-contributions-<int:part>.xml")
@public
def contributions(part: int) -> ResponseReturnValue:
    """The pages of contributions."""
    if not 1 <= part <= _parts().contributions:
        raise NotFound

    def rows(session: Session) -> Iterator[Row]:
        for item in listed_contributions(session, part):
            yield "proposals.show", {"slug": item.slug, "number": item.number}, item.changed_at

    return _file(rows)


def _parts() -> Parts:
    only_without_prefix()  # a sitemap may list nothing above the folder it is in
    with transaction() as session:
        return sitemap_parts(session)


def _file(rows: Callable[[Session], Iterable[Row]]) -> Response:
    """Each address in each language, written in a transaction that lasts as long as the file."""
    settings = current_settings()
    # The default language first: it is also the one for readers of any other.
    codes = sorted(LANGUAGES, key=lambda code: code != settings.default_language)
    writers = {code: external_urls(code) for code in codes}

    def lines() -> Iterator[str]:
        yield f'{_HEAD}<urlset {_SPACES} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        with independent_transaction(write=False) as session:
            for endpoint, values, changed_at in rows(session):
                addresses = {code: escape(write(endpoint, values)) for code, write in writers.items()}
                yield _entry(addresses, changed_at)
        yield "</urlset>\n"

    response = Response(stream_with_context(lines()), content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = _FRESH
    return response


def _entry(addresses: Mapping[str, str], changed_at: datetime | None) -> str:
    """The page once for each language, as search engines want it; the default one comes first."""
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}"/>'
        for code, address in (*addresses.items(), ("x-default", next(iter(addresses.values()))))
    )
    when = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
    return "".join(f"<url><loc>{address}</loc>{when}{others}</url>\n" for address in addresses.values())
