"""The document of the synthesis: from what was read to HTML and style sheets, in one language, no request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from consult.consultations.queries import ConsultationView, TestimonyView
from consult.consultations.values import State
from consult.core import paths
from consult.core.html import safe_html
from consult.core.web.addresses import external_url
from consult.core.web.formats import day_of, instant, long_day, number
from consult.proposals.messages import CHANNELS, STANCES
from consult.proposals.values import Channel
from consult.reports.pdf.cover import cover_style, logo_source
from consult.reports.pdf.fonts import font_sheet
from consult.reports.pdf.renderer import PdfSource
from consult.reports.pdf.texts import fit_for_paper
from consult.reports.plots import Plot
from consult.reports.presentation import (
    Definition,
    LateDay,
    Plots,
    counting_rule,
    definitions,
    late_days,
    late_note,
    plots,
)
from consult.reports.queries.contributions import SynthesisComment, SynthesisContribution
from consult.reports.queries.synthesis import SynthesisData

_STYLE = paths.TEMPLATES / "reports" / "synthesis.css"
_RUNNING_TITLE = 90
# A drawing does not go on on the next page: so many bars fit on one, with labels of two lines and of three.
_BARS, _QUESTIONS = 10, 8
_QUOTED = re.compile(r"(“[^”]+”|«[^»]+»)")


@dataclass(frozen=True)
class Section:
    """A line of the contents."""

    id: str
    title: str


@dataclass(frozen=True)
class CommentText:
    """A comment as printed."""

    is_reply: bool
    stance: str
    label: str
    author: str
    date: str
    body: Markup


@dataclass(frozen=True)
class ContributionText:
    """A contribution as printed."""

    number: int
    title: str
    meta: str
    body: Markup
    comments: tuple[CommentText, ...]
    more_label: str
    url: str


@dataclass(frozen=True)
class Group:
    """The contributions that answer one question (or none)."""

    id: str
    title: str
    question: str
    contributions: tuple[ContributionText, ...]


@dataclass(frozen=True)
class Addresses:
    """Where the consultation can be read and its data taken."""

    consultation: str
    about: str
    statistics: str
    contributions: str
    json: str


@dataclass(frozen=True)
class Synthesis:
    """Everything `reports/synthesis.html` prints, worded in the edition's language."""

    language: str
    text_lang: str | None
    consultation: ConsultationView
    logo_source: str
    as_of_iso: str
    running_title: str
    edition_label: str
    dates_label: str
    figures_label: str
    definitions: tuple[Definition, ...]
    counting_rule: str
    introduction: Markup
    commitment: tuple[tuple[str, str], ...]
    outcome_date: str
    plots: Plots
    tables: tuple[Plot, ...]
    groups: tuple[Group, ...]
    selection_label: str
    testimonies: tuple[tuple[TestimonyView, Markup], ...]
    late_days: tuple[LateDay, ...]
    late_note: str
    method: tuple[Markup, ...]
    addresses: Addresses
    sections: tuple[Section, ...]


def synthesis_source(data: SynthesisData, language: str) -> PdfSource:
    """The document of an edition in a language; needs an application context and no request."""
    with force_locale(language):
        # Not render_template: its context processors are for pages, and pages have a request.
        template = current_app.jinja_env.get_template("reports/synthesis.html")
        html = template.render(s=_synthesis(fit_for_paper(data), language))
    css = _STYLE.read_text(encoding="utf-8") + cover_style(data.consultation.look)
    return PdfSource(html=html, css=css, fonts=font_sheet())


def _synthesis(data: SynthesisData, language: str) -> Synthesis:
    consultation = data.consultation
    drawn = plots(consultation, data.statistics, most_supported=_BARS)
    groups = _groups(data, language)
    return Synthesis(
        language=language,
        text_lang=consultation.language if consultation.language != language else None,
        consultation=consultation,
        logo_source=logo_source(data.logo),
        as_of_iso=data.as_of.isoformat(timespec="seconds"),
        running_title=_shortened(consultation.title),
        edition_label=_edition_label(data),
        dates_label=_(
            "Consultation from %(opening)s to %(closing)s",
            opening=long_day(consultation.opens_on),
            closing=long_day(consultation.closes_on),
        ),
        figures_label=_figures_label(data),
        definitions=definitions(consultation.figures, consultation.time_zone),
        counting_rule=counting_rule(),
        introduction=safe_html(consultation.introduction_html),
        commitment=_commitment(consultation),
        outcome_date=long_day(consultation.outcome_on) if consultation.outcome_on else "",
        plots=_on_a_page(drawn),
        tables=_tables(drawn),
        groups=groups,
        selection_label=_selection_label(data),
        testimonies=tuple((item, safe_html(item.quote_html)) for item in data.testimonies),
        late_days=_late_days(data, language),
        late_note=late_note(data.late),
        method=tuple(_unbroken(paragraph) for paragraph in _method(data)),
        addresses=_addresses(consultation, language),
        sections=_sections(data, groups),
    )


def _sections(data: SynthesisData, groups: Sequence[Group]) -> tuple[Section, ...]:
    """The contents: chapters only, because a line per contribution would make a second list of them."""
    return (
        Section("figures", _("The figures")),
        Section("introduction", _("Introduction")),
        *([Section("outcome", _("What became of it"))] if data.consultation.outcome else []),
        Section("participation", _("How people took part")),
        *(Section(group.id, group.title) for group in groups),
        *([Section("testimonies", _("Testimonies"))] if data.testimonies else []),
        *([Section("late", _("Changes since the close"))] if data.late else []),
        Section("method", _("Method")),
        Section("numbers", _("The numbers of the plots")),
    )


def _groups(data: SynthesisData, language: str) -> tuple[Group, ...]:
    """The contributions by question; those that answer none come last, all in one where nothing was asked."""
    printed: dict[int | None, list[ContributionText]] = {}
    for item in data.contributions:
        printed.setdefault(item.question_number, []).append(_contribution(item, data.consultation, language))
    questions = data.consultation.questions
    if not questions:
        return (Group("contributions", _("Contributions"), "", tuple(printed.get(None, ()))),)
    groups = [
        Group(
            f"question-{question.number}",
            _("Contributions to question %(number)s", number=question.number),
            question.text,
            tuple(printed.get(question.number, ())),
        )
        for question in questions
    ]
    if None in printed:
        groups.append(Group("question-none", _("Contributions to no question"), "", tuple(printed[None])))
    return tuple(groups)


def _contribution(item: SynthesisContribution, consultation: ConsultationView, language: str) -> ContributionText:
    hidden_away = item.comments - len(item.shown_comments)
    return ContributionText(
        number=item.number,
        title=item.title,
        meta=" · ".join(
            (
                item.author or (_("Deleted account") if item.channel is Channel.WEB else _("Anonymous")),
                day_of(item.created_at, consultation.time_zone),
                str(CHANNELS[item.channel]),
                ngettext("%(count)s support", "%(count)s supports", item.supports, count=number(item.supports)),
                ngettext("%(count)s comment", "%(count)s comments", item.comments, count=number(item.comments)),
            )
        ),
        body=safe_html(item.body_html),
        comments=tuple(_comment(comment, consultation.time_zone) for comment in item.shown_comments),
        more_label=ngettext(
            "And %(count)s more comment on its page:",
            "And %(count)s more comments on its page:",
            hidden_away,
            count=number(hidden_away),
        )
        if hidden_away > 0
        else "",
        url=external_url("proposals.show", language=language, slug=consultation.slug, number=item.number),
    )


def _comment(comment: SynthesisComment, time_zone: str) -> CommentText:
    return CommentText(
        is_reply=comment.is_reply,
        stance=comment.stance.value,
        label=_("In reply") if comment.is_reply else str(STANCES[comment.stance]),
        author=comment.author or _("Deleted account"),
        date=day_of(comment.created_at, time_zone),
        body=safe_html(comment.body_html),
    )


def _edition_label(data: SynthesisData) -> str:
    moment = instant(data.as_of, data.consultation.time_zone)
    if data.consultation.state is State.CLOSED:
        return _("Final edition, as of %(moment)s", moment=moment)
    if data.consultation.state is State.DRAFT:
        return _("Draft that is not published, as of %(moment)s", moment=moment)
    return _("Interim edition, as of %(moment)s", moment=moment)


def _figures_label(data: SynthesisData) -> str:
    return _(
        "As of %(moment)s (%(zone)s).",
        moment=instant(data.as_of, data.consultation.time_zone),
        zone=data.consultation.time_zone,
    )


def _selection_label(data: SynthesisData) -> str:
    if data.is_complete:
        return _("All published contributions are in this document, the most supported ones first in each part.")
    return _(
        "This document holds the %(shown)s most supported of %(total)s published contributions, so that it can "
        "be read and printed. The complete text of all of them is in the file %(address)s",
        shown=number(len(data.contributions)),
        total=number(data.consultation.figures.contributions),
        address=external_url("reports.contributions_csv", slug=data.consultation.slug),
    )


def _commitment(consultation: ConsultationView) -> tuple[tuple[str, str], ...]:
    told = (
        (_("Who decides"), consultation.decides),
        (_("When"), consultation.decided_when),
        (_("What is not negotiable"), consultation.not_negotiable),
    )
    return tuple((label, words) for label, words in told if words)


def _late_days(data: SynthesisData, language: str) -> tuple[LateDay, ...]:
    slug = data.consultation.slug
    return late_days(
        data.late,
        data.consultation.time_zone,
        lambda number_of_it: external_url("proposals.show", language=language, slug=slug, number=number_of_it),
    )


def _method(data: SynthesisData) -> tuple[str, ...]:
    return (
        _(
            "This document was made automatically from version %(version)s of the consultation’s data. Its "
            "figures are those of the page on that day; a later edition replaces it as long as the consultation "
            "is open.",
            version=number(data.consultation.figures.version),
        )
        if data.consultation.state is not State.CLOSED
        else _(
            "This document was made automatically from version %(version)s of the consultation’s data. It is the "
            "final edition: the figures no longer change, unless the organisation hides or restores a text or, "
            "before it publishes the synthesis, types in what it received on paper by the last day. Both are "
            "listed and make a new edition.",
            version=number(data.consultation.figures.version),
        ),
        _(
            "The figures are counted as acts happen and can be counted again at any time. The organisation does "
            "so from all recorded acts with the command “%(command)s”, which says where a figure and the records "
            "differ.",
            command=f"consult recount {data.consultation.slug}",
        ),
        *_journal(data),
        _(
            "Everybody can count contributions, supports and comments again from the file of contributions: its "
            "rows with the status “published”, and the sums of their columns “supports” and “comments”. Authors "
            "are named as they chose to be named; who supported what is never published."
        ),
        _(
            "Withdrawn and hidden contributions are not printed. Their numbers are not used again, and the file "
            "of contributions lists them without their text. Emoji are not printed."
        ),
    )


def _journal(data: SynthesisData) -> tuple[str, ...]:
    """Where the journal stands: who keeps this page can tell whether it is rewritten later."""
    if data.head is None:
        return ()
    return (
        _(
            "Each act is entered in a public journal in which every entry depends on the one before. On "
            "%(moment)s it had %(entries)s entries and its head, the SHA-256 hash of the last one, was %(head)s. "
            "Whoever keeps this document can tell whether the journal was changed or cut off since.",
            moment=instant(data.as_of, data.consultation.time_zone),
            entries=number(data.head.entries),
            head=data.head.hash,
        ),
    )


def _unbroken(text: str) -> Markup:
    """A paragraph in which commands and names of columns, which stand in quotation marks, are not hyphenated."""
    pieces = _QUOTED.split(text)
    return Markup().join(
        Markup('<span class="verbatim">{}</span>').format(piece) if place % 2 else piece
        for place, piece in enumerate(pieces)
    )


def _on_a_page(drawn: Plots) -> Plots:
    """The plots as they are drawn; what does not fit on a page is in the tables at the end."""
    questions = drawn.questions
    if questions is None or len(questions.rows) <= _QUESTIONS:
        return drawn
    note = _("The first %(count)s; all of them are in the table at the end.", count=number(_QUESTIONS))
    return replace(drawn, questions=replace(questions, rows=questions.rows[:_QUESTIONS], note=note))


def _tables(drawn: Plots) -> tuple[Plot, ...]:
    """The plots as tables, quiet weeks left out; bars carry their labels, and still a table reads aloud better."""
    busy = tuple(row for row in drawn.activity.rows if row.value_label != number(0))
    activity = replace(drawn.activity, rows=busy)
    others = (drawn.supports, drawn.questions, drawn.channels)
    return tuple(plot for plot in (activity, *others) if plot is not None and plot.rows)


def _addresses(consultation: ConsultationView, language: str) -> Addresses:
    def address(endpoint: str) -> str:
        return external_url(endpoint, language=language, slug=consultation.slug)

    return Addresses(
        consultation=address("consultations.introduction"),
        about=address("consultations.about"),
        statistics=address("reports.statistics"),
        contributions=external_url("reports.contributions_csv", slug=consultation.slug),
        json=external_url("reports.statistics_json", slug=consultation.slug),
    )


def _shortened(title: str) -> str:
    """A title that fits on the line at the head of each page."""
    return title if len(title) <= _RUNNING_TITLE else title[:_RUNNING_TITLE].rsplit(" ", 1)[0] + "…"
