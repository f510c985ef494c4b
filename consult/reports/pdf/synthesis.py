"""One edition of the synthesis from beginning to end: read, laid out, rendered."""

from __future__ import annotations

from datetime import datetime

from consult.consultations.values import State
from consult.core.db import transaction
from consult.reports.commands import Rendered
from consult.reports.pdf.document import synthesis_source
from consult.reports.pdf.renderer import render_pdf
from consult.reports.queries.snapshot import hold_snapshot
from consult.reports.queries.synthesis import gather


def render_synthesis(slug: str, language: str | None, now: datetime) -> Rendered:
    """The synthesis of a consultation as of `now`, in `language` (default: the consultation's own).

    Reads in a transaction of its own, which is over when the rendering begins. Raises `NotFound` and
    `RenderingFailed`. For tasks and the command line: never call it within a request.
    """
    with transaction() as session:
        hold_snapshot(session)
        data = gather(session, slug, now)
    consultation = data.consultation
    pdf = render_pdf(synthesis_source(data, language or consultation.language))
    return Rendered(
        content=pdf.content,
        pages=pdf.pages,
        data_version=consultation.figures.version,
        as_of=now,
        is_final=consultation.state is State.CLOSED,
    )
