"""The words around the numbers, the same on the page and in the PDF: plots with their sentences, definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_skeleton
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from consult.consultations.queries import ConsultationView, DayView, Figures
from consult.core.clock import civil_date
from consult.core.web.formats import date_locale, day, long_day, number
from consult.core.web.languages import if_foreign
from consult.core.web.typography import typeset
from consult.moderation.messages import ACTS, REASONS
from consult.moderation.values import Kind
from consult.proposals.messages import CHANNELS
from consult.reports.plots import Plot, Row, Week
from consult.reports.queries.changes import LISTED, LateChanges, LateDecision, LatePaper
from consult.reports.queries.statistics import MOST_SUPPORTED, Statistics, SupportedContribution

_WEEKS_OF_A_YEAR = 53
# A label of the PDF has lines of 72 letters: two for a title, three for a question.
_TITLE, _QUESTION = 130, 210
_SIGNS = {True: "+", False: "\u2212"}
_MEANINGS: dict[str, LazyString] = {
    "participants": _l(
        "Different people with at least one contribution, support or comment that counts; each counts once, "
        "whatever they did. A contribution on paper or from a meeting adds a person only where its author was "
        "recorded. A deleted account remains one anonymous participant."
    ),
    "contributions": _l(
        "Published contributions, neither withdrawn by their author nor hidden by the organisation, whether they "
        "came on the site, on paper or at a meeting."
    ),
    "supports": _l(
        "Supports that stand under a published contribution. Everyone supports a contribution at most once, may "
        "take it back while the consultation is open, and cannot support what they wrote themselves."
    ),
    "comments": _l(
        "Published comments, for, against or neutral, and the replies to them, under a published contribution."
    ),
    "visitors": _l(
        "An estimate: the different readers of each day, added up over the days it is open, so that somebody who "
        "reads on two days counts twice. It takes no cookie and keeps no address: a reader is recognised within "
        "a day by a fingerprint whose key is then destroyed. Robots and the organisation’s team are left out."
    ),
}


@dataclass(frozen=True)
class Definition:
    """A figure with what it means; `key` is its name in `statistics.json`."""

    key: str
    value_label: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Plots:
    """The four plots of a consultation."""

    activity: Plot
    supports: Plot
    questions: Plot | None
    channels: Plot


@dataclass(frozen=True)
class LateLine:
    """One thing that happened after the close; the address where it can be read, if it can."""

    text: str
    url: str | None


@dataclass(frozen=True)
class LateDay:
    """What happened on one day after the close, and what that day changed in the figures."""

    label: str
    lines: tuple[LateLine, ...]
    effect: str


@dataclass(frozen=True)
class _Labels:
    """How the texts of people become labels, in the language they are written in."""

    language: str

    @property
    def foreign(self) -> str | None:
        return if_foreign(self.language)

    def label(self, number_of_it: int, text: str, limit: int) -> str:
        return typeset(f"{number_of_it}. {_cut(text, limit)}", self.language)


def definitions(figures: Figures, time_zone: str) -> tuple[Definition, ...]:
    """The five figures and the comments, each with its meaning in plain words."""
    labels = {
        "days": ngettext("day", "days", figures.days),
        "participants": ngettext("participant", "participants", figures.participants),
        "contributions": ngettext("contribution", "contributions", figures.contributions),
        "supports": ngettext("support", "supports", figures.supports),
        "comments": ngettext("comment", "comments", figures.comments),
        "visitors": ngettext("visitor", "visitors", figures.visitors),
    }
    meanings = {"days": _days_meaning(figures, time_zone), **_MEANINGS}
    return tuple(
        Definition(key, number(getattr(figures, key)), label, str(meanings[key])) for key, label in labels.items()
    )


def counting_rule() -> str:
    """When an act counts, in a sentence."""
    return _(
        "An act counts when it is published and everything above it counts: hiding a contribution takes its "
        "supports and comments out of the figures, restoring it brings them back."
    )


def plots(
    consultation: ConsultationView, statistics: Statistics, *, most_supported: int = MOST_SUPPORTED
) -> Plots:
    """The plots with their sentences, in the language of the page; so many bars of the most supported."""
    labels = _Labels(consultation.language)
    return Plots(
        activity=_activity(statistics.weeks),
        supports=_supports(consultation.figures, statistics.most_supported[:most_supported], labels),
        questions=_questions(statistics, labels) if consultation.questions else None,
        channels=_channels(statistics),
    )


def _days_meaning(figures: Figures, time_zone: str) -> str:
    return _(
        "Calendar days it has been open so far, out of %(total)s, the first and the last one included, in the "
        "time zone %(zone)s.",
        total=number(figures.days_total),
        zone=time_zone,
    )


def _activity(weeks: tuple[Week, ...]) -> Plot:
    busiest = max(weeks, key=lambda week: week.acts)
    if busiest.acts > 0:
        summary = ngettext(
            "The busiest week, from %(day)s on, saw %(count)s act.",
            "The busiest week, from %(day)s on, saw %(count)s acts.",
            busiest.acts,
            day=long_day(busiest.monday),
            count=number(busiest.acts),
        )
    else:
        summary = _("Nothing has been contributed so far.")
    return Plot(
        id="plot-activity",
        title=_("Activity per week"),
        summary=summary,
        label_heading=_("Week from"),
        unit=_("Acts"),
        rows=tuple(
            Row(
                label=day(week.monday),
                short_label=_short_day(week.monday, with_year=len(weeks) > _WEEKS_OF_A_YEAR),
                value=max(week.acts, 0),
                value_label=number(week.acts),
            )
            for week in weeks
        ),
        note=_(
            "A week lasts from Monday to Sunday. Acts are contributions, supports and comments; what is withdrawn "
            "or hidden is taken off in the week in which that happens."
        ),
    )


def _supports(figures: Figures, shown: tuple[SupportedContribution, ...], labels: _Labels) -> Plot:
    if not shown or not shown[0].supports:
        summary = _("Nothing has been supported so far.")
    elif len(shown) < figures.contributions:
        summary = _(
            "The %(shown)s most supported of %(total)s contributions.",
            shown=number(len(shown)),
            total=number(figures.contributions),
        )
    else:
        summary = ngettext(
            "The most supported contribution has %(count)s support.",
            "The most supported contribution has %(count)s supports.",
            shown[0].supports,
            count=number(shown[0].supports),
        )
    return Plot(
        id="plot-supports",
        title=_("Supports per contribution"),
        summary=summary,
        label_heading=_("Contribution"),
        unit=_("Supports"),
        rows=tuple(
            Row(
                labels.label(item.number, item.title, _TITLE),
                item.supports,
                number(item.supports),
                language=labels.foreign,
            )
            for item in shown
        ),
    )


def _questions(statistics: Statistics, labels: _Labels) -> Plot:
    answered = any(item.contributions for item in statistics.by_question)
    return Plot(
        id="plot-questions",
        title=_("Contributions by question"),
        summary=_("How many contributions answer each question.")
        if answered
        else _("No question has been answered so far."),
        label_heading=_("Question"),
        unit=_("Contributions"),
        rows=tuple(
            Row(
                _("No question in particular")
                if item.number is None
                else labels.label(item.number, item.text, _QUESTION),
                item.contributions,
                number(item.contributions),
                language=None if item.number is None else labels.foreign,
            )
            for item in statistics.by_question
        ),
    )


def _channels(statistics: Statistics) -> Plot:
    return Plot(
        id="plot-channels",
        title=_("Contributions by channel"),
        summary=_("How the contributions arrived.")
        if any(count for _channel, count in statistics.by_channel)
        else _("No contribution has arrived so far."),
        label_heading=_("Channel"),
        unit=_("Contributions"),
        rows=tuple(
            Row(_sentence_case(str(CHANNELS[channel])), count, number(count), series=series)
            for series, (channel, count) in enumerate(statistics.by_channel, 1)
        ),
    )


def _short_day(value: date, *, with_year: bool) -> str:
    """« 12 mars », or « mars 2018 » where the plot runs over more than a year."""
    return format_skeleton("yMMM" if with_year else "MMMd", value, locale=date_locale())


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str, limit: int) -> str:
    """A text short enough for a label."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def late_days(late: LateChanges, time_zone: str, address: Callable[[int], str]) -> tuple[LateDay, ...]:
    """What changed after the close, newest day first. `address` is where a contribution can be read."""
    lines: dict[date, list[LateLine]] = {}
    for decision in late.decisions:
        lines.setdefault(civil_date(decision.decided_at, time_zone), []).append(_decision_line(decision))
    for paper in late.papers:
        url = None if paper.withdrawn_at else address(paper.number)
        for moment, text in _paper_texts(paper):
            lines.setdefault(civil_date(moment, time_zone), []).append(LateLine(text, url))
    effects = {item.day: item for item in late.days}
    # Nothing but a recount moves figures without a line, unless the lines of that day are not listed any more.
    unlisted = (
        _("What happened on this day is not listed here.")
        if late.cut
        else _("The counters were set right after a recount.")
    )
    without = [LateLine(unlisted, None)]
    return tuple(
        LateDay(long_day(value), tuple(lines.get(value, without)), _effect(effects.get(value)))
        for value in sorted(lines.keys() | effects.keys(), reverse=True)
    )


def late_note(late: LateChanges) -> str:
    """A sentence where there is more than what is listed."""
    return _("Only the latest %(count)s of each kind are listed here.", count=number(LISTED)) if late.cut else ""


def _decision_line(decision: LateDecision) -> LateLine:
    told = {"number": decision.number, "act": ACTS[decision.act], "reason": REASONS[decision.reason]}
    if decision.kind is Kind.CONTRIBUTION:
        return LateLine(_("Contribution %(number)s – %(act)s: %(reason)s", **told), None)
    return LateLine(
        _("Comment %(number)s on contribution %(on)s – %(act)s: %(reason)s", on=decision.contribution, **told),
        None,
    )


def _paper_texts(paper: LatePaper) -> list[tuple[datetime, str]]:
    told = {"number": paper.number, "how": CHANNELS[paper.channel]}
    entered = (
        _(
            "Contribution %(number)s, received %(how)s on %(received)s, was typed in",
            received=day(paper.received_on),
            **told,
        )
        if paper.received_on
        else _("Contribution %(number)s, received %(how)s, was typed in", **told)
    )
    withdrawn = _(
        "Contribution %(number)s, received %(how)s, was withdrawn: %(reason)s",
        reason=paper.withdrawal_reason,
        **told,
    )
    corrected = _("Contribution %(number)s, received %(how)s, was corrected", **told)
    happened = ((paper.entered_at, entered), (paper.corrected_at, corrected), (paper.withdrawn_at, withdrawn))
    return [(moment, text) for moment, text in happened if moment is not None]


def _effect(changed: DayView | None) -> str:
    """What a day changed: « −1 contribution, −3 soutiens »."""
    moved = (
        ()
        if changed is None
        else (
            (changed.participants, ngettext("participant", "participants", abs(changed.participants))),
            (changed.contributions, ngettext("contribution", "contributions", abs(changed.contributions))),
            (changed.supports, ngettext("support", "supports", abs(changed.supports))),
            (changed.comments, ngettext("comment", "comments", abs(changed.comments))),
        )
    )
    steps = [f"{_SIGNS[step > 0]}{number(abs(step))}\u00a0{label}" for step, label in moved if step]
    if not steps:
        return _("Effect on the figures: none.")
    return _("Effect on the figures: %(steps)s.", steps=", ".join(steps))
