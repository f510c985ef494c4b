"""The statistics of a consultation, page and JSON; its follow-up; contributions as CSV, synthesis as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationView
from consult.consultations.views import life_of
from consult.core import clock
from consult.core.access import VISITOR, public
from consult.core.clock import civil_date
from consult.core.db import independent_transaction, transaction
from consult.core.web.addresses import external_url
from consult.core.web.downloads import download
from consult.core.web.failures import failure_page
from consult.core.web.formats import instant
from consult.core.web.guard import current_actor
from consult.core.web.languages import current_language
from consult.core.web.limits import limited
from consult.ledger.queries import head_of
from consult.reports import presentation
from consult.reports.exports import CANONICAL, EXCEL, Flavour, contribution_lines
from consult.reports.packages.archive import package_zip
from consult.reports.queries import editions
from consult.reports.queries.changes import LateChanges, changes_since_close
from consult.reports.queries.contributions import every_contribution
from consult.reports.queries.editions import EditionView
from consult.reports.queries.snapshot import hold_snapshot
from consult.reports.queries.statistics import statistics as read_statistics
from consult.reports.rules import figures_text

blueprint = Blueprint("reports", __name__, url_prefix="/consultations/<slug>")


@blueprint.get("/statistics")
@public
def statistics(slug: str) -> ResponseReturnValue:
    """The figures, what they mean, and the plots."""
    now = clock.now()
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=now)
        numbers = read_statistics(session, consultation, civil_date(now, consultation.time_zone))
        edition = editions.served_edition(session, consultation.id, _languages(consultation))
        late = changes_since_close(session, consultation)
        head = head_of(session, consultation.id)
    return render_template(
        "reports/statistics.html",
        head=head,
        consultation=consultation,
        section="statistics",
        definitions=presentation.definitions(consultation.figures, consultation.time_zone),
        counting_rule=presentation.counting_rule(),
        plots=presentation.plots(consultation, numbers),
        as_of_label=instant(now, consultation.time_zone),
        edition_label=_edition_label(edition, consultation),
        has_synthesis=edition is not None,
        **_late_words(consultation, late),
    )


@blueprint.get("/follow-up")
@public
def follow_up(slug: str) -> ResponseReturnValue:
    """What comes next, once it is known what came of it, and what changed since the close."""
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        late = changes_since_close(session, consultation)
    return render_template(
        "reports/follow_up.html",
        consultation=consultation,
        section="follow_up",
        steps=life_of(consultation),
        **_late_words(consultation, late),
    )


@blueprint.get("/statistics.json")
@public
def statistics_json(slug: str) -> ResponseReturnValue:
    """The figures for programs; a draft has none."""
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=VISITOR, now=clock.now())
        head = head_of(session, consultation.id)
    text = figures_text(consultation.figures, consultation.time_zone, head)
    return Response(text, mimetype="application/json")


@blueprint.get("/contributions.csv")
@public
@limited("export", reads=True)
def contributions_csv(slug: str) -> ResponseReturnValue:
    """Every contribution, exact; `?format=excel` for a spreadsheet."""
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=VISITOR, now=clock.now())
    excel = request.args.get("format") == "excel"
    lines = _stream(consultation, EXCEL if excel else CANONICAL)
    response = Response(stream_with_context(lines), content_type="text/csv; charset=utf-8")
    name = f"contributions-{slug}{'-excel' if excel else ''}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/data.zip")
@public
@limited("export", reads=True)
def data_zip(slug: str) -> ResponseReturnValue:
    """The public data package: tables, journal, figures, and the program that checks them."""
    now = clock.now()
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=VISITOR, now=now)
    day = civil_date(now, consultation.time_zone)
    return download(lambda: _zip(consultation.id, now), name=f"{slug}-{day}.zip", mimetype="application/zip")


@blueprint.get("/synthesis.pdf")
@public
@limited("export", reads=True)
def synthesis(slug: str) -> ResponseReturnValue:
    """The published edition, else the newest one, rendered beforehand by a worker: this only hands it out."""
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=VISITOR, now=clock.now())
        edition = editions.served_edition(session, consultation.id, _languages(consultation))
        if edition is None:
            return failure_page(404, _nothing_yet(consultation), title=_("The synthesis is not ready yet"))
        tag = f"edition-{edition.id}"
        known = request.if_none_match.contains(tag)
        content = b"" if known else editions.edition_content(session, edition.id)
    response = Response(content, status=304 if known else 200, mimetype="application/pdf")
    response.set_etag(tag)
    response.last_modified = edition.as_of
    word = {"fr": "synthese"}.get(edition.language, "synthesis")
    day = civil_date(edition.as_of, consultation.time_zone)
    response.headers["Content-Disposition"] = f'inline; filename="{word}-{slug}-{day}.pdf"'
    response.headers["Content-Language"] = edition.language
    return response


def _stream(consultation: ConsultationView, flavour: Flavour) -> Iterator[str]:
    """The file's text; its transaction lasts as long as the download, so that the file is of one instant."""
    with force_locale(consultation.language):
        deleted_account = _("Deleted account")
    with independent_transaction(write=False) as session:
        hold_snapshot(session)
        yield from contribution_lines(
            every_contribution(session, consultation.id),
            flavour=flavour,
            deleted_account=deleted_account,
            time_zone=consultation.time_zone,
            url_of=lambda number: external_url(
                "proposals.show", language=consultation.language, slug=consultation.slug, number=number
            ),
        )


def _late_words(consultation: ConsultationView, late: LateChanges) -> dict[str, object]:
    """What changed since the close, for `reports/late_changes.html`."""

    def address(number: int) -> str:
        return url_for("proposals.show", slug=consultation.slug, number=number)

    return {
        "late_days": presentation.late_days(late, consultation.time_zone, address),
        "late_note": presentation.late_note(late),
    }


def _zip(consultation_id: int, now: datetime) -> Iterator[bytes]:
    """The package's bytes, of one instant."""
    with independent_transaction(write=False) as session:
        hold_snapshot(session)
        yield from package_zip(session, consultation_id, complete=False, now=now)


def _languages(consultation: ConsultationView) -> tuple[str, ...]:
    """An edition in the page's language if there is one, else in the consultation's."""
    return tuple(dict.fromkeys((current_language(), consultation.language)))


def _edition_label(edition: EditionView | None, consultation: ConsultationView) -> str:
    if edition is None:
        return _("in preparation")
    moment = instant(edition.as_of, consultation.time_zone)
    if edition.published_at is not None:
        return _("published edition, %(moment)s", moment=moment)
    if edition.is_final:
        return _("final edition, %(moment)s", moment=moment)
    return _("interim edition, %(moment)s", moment=moment)


def _nothing_yet(consultation: ConsultationView) -> str:
    if consultation.state.value == "announced":
        return _("The synthesis begins when the consultation opens. There is nothing to sum up yet.")
    return _(
        "The synthesis is being prepared: it will be here in a few minutes. The statistics and the contributions "
        "can already be read."
    )
