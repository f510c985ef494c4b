"""Everything that the synthesis shows, read in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationView, TestimonyView
from consult.core.access import Actor
from consult.core.clock import civil_date
from consult.ledger.queries import HeadView, head_of
from consult.organisations.queries import LogoFile, get_logo
from consult.reports.queries.changes import NOTHING, LateChanges, changes_since_close
from consult.reports.queries.contributions import SynthesisContribution, first_comments, most_supported
from consult.reports.queries.statistics import Statistics, statistics
from consult.reports.rules import weight, within_budget

# Beyond this the layout takes minutes (it is superlinear): the complete text is in contributions.csv.
MAX_CONTRIBUTIONS = 400
MAX_COMMENTS = 2_000
MAX_WEIGHT = 1_500_000
_COMMENTS_AT_LEAST = 5
# The synthesis is made by the platform itself, which reads what is published or about to be.
_PLATFORM = Actor(is_administrator=True)


@dataclass(frozen=True)
class SynthesisData:
    """What one edition is a picture of."""

    as_of: datetime
    consultation: ConsultationView
    statistics: Statistics
    contributions: tuple[SynthesisContribution, ...]
    testimonies: tuple[TestimonyView, ...]
    late: LateChanges = NOTHING
    head: HeadView | None = None
    logo: LogoFile | None = None

    @property
    def is_complete(self) -> bool:
        """True when every published contribution is in it."""
        return len(self.contributions) >= self.consultation.figures.contributions


def gather(session: Session, slug: str, now: datetime) -> SynthesisData:
    """Read a consultation for its synthesis as of `now`. Raises `NotFound`.

    9 statements, 3 more once it is closed, 1 more with a logo. Call `hold_snapshot` first: the figures and
    the texts are then of the same instant.
    """
    consultation = consultations.get_consultation(session, slug, actor=_PLATFORM, now=now)
    return SynthesisData(
        as_of=now,
        consultation=consultation,
        statistics=statistics(session, consultation, civil_date(now, consultation.time_zone)),
        contributions=_contributions(session, consultation.id),
        testimonies=consultations.list_testimonies(session, consultation.id),
        late=changes_since_close(session, consultation),
        head=head_of(session, consultation.id),
        logo=get_logo(session, consultation.organisation_slug) if consultation.look.logo else None,
    )


def _contributions(session: Session, consultation_id: int) -> tuple[SynthesisContribution, ...]:
    chosen = most_supported(session, consultation_id, MAX_CONTRIBUTIONS)
    each = max(_COMMENTS_AT_LEAST, MAX_COMMENTS // max(len(chosen), 1))
    comments = first_comments(session, [item.id for item in chosen], each=each)
    with_comments = [replace(item, shown_comments=comments.get(item.id, ())) for item in chosen]
    return tuple(within_budget(with_comments, _weight, MAX_WEIGHT))


def _weight(contribution: SynthesisContribution) -> int:
    return weight(contribution.body_html) + sum(
        weight(comment.body_html) for comment in contribution.shown_comments
    )
