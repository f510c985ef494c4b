"""Decisions as the account page lists them."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from consult.core.web.formats import day_of
from consult.core.web.languages import if_foreign
from consult.core.web.typography import typeset
from consult.moderation.messages import ACTS, REASONS
from consult.moderation.records import OwnDecision
from consult.moderation.values import Act, Kind
from consult.proposals.presentation import OwnLine


def decision_lines(decisions: tuple[OwnDecision, ...]) -> tuple[OwnLine, ...]:
    """A line for each decision about somebody's texts, which leads to the page with its reason."""
    return tuple(_line(item) for item in decisions)


def _line(item: OwnDecision) -> OwnLine:
    name = (
        _("About your comment no. %(number)s", number=item.number)
        if item.kind is Kind.COMMENT
        else _("About your contribution no. %(number)s", number=item.number)
    )
    said = str(ACTS[item.act])
    if item.act is not Act.RELEASE:
        said = f"{said} ({REASONS[item.reason]})"
    if item.may_answer:
        said = f"{said}. " + _("You may answer.")
    return OwnLine(
        title=name,
        url=url_for("moderation.decision", decision_id=item.id),
        language=None,
        state=None,
        consultation=typeset(item.consultation, item.language),
        date_iso=item.decided_at.isoformat(timespec="seconds"),
        date_label=day_of(item.decided_at, item.time_zone),
        note=said,
        consultation_language=if_foreign(item.language),
    )
