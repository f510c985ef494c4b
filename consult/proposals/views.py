"""Reading contributions, supporting and commenting them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypedDict

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationView
from consult.consultations.values import State
from consult.core import clock
from consult.core.access import Decision, Need, Refused, access, public
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.html import printable
from consult.core.numbers import number_in
from consult.core.web.failures import failure_page
from consult.core.web.formats import number as number_label
from consult.core.web.forms import show_printable
from consult.core.web.fragments import fragment, wants_fragment
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.core.web.typography import typeset_html
from consult.proposals import commands, policies, queries
from consult.proposals.forms import CommentForm
from consult.proposals.messages import CHANNELS, SORTS
from consult.proposals.presentation import (
    author_label,
    cards,
    comment_groups,
    foreign_language,
    may_report,
    support_box,
)
from consult.proposals.queries import ContributionView, ListFilter
from consult.proposals.rules import MAX_COMMENT
from consult.proposals.values import Sort, Status

blueprint = Blueprint("proposals", __name__, url_prefix="/consultations/<slug>/contributions")

MAX_SEARCH = 200


@blueprint.get("")
@public
@limited("search", reads=True, when=lambda: bool(request.args.get("q")))
def index(slug: str) -> ResponseReturnValue:
    """The list: search, question filter, sort, keyset pages."""
    wanted = _list_filter()
    now = clock.now()
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=now)
        page = queries.list_contributions(
            session,
            consultation_id=consultation.id,
            slug=slug,
            wanted=wanted,
            today=clock.civil_date(now, consultation.time_zone),
        )
    kept = _query_of(wanted)
    return render_template(
        "proposals/index.html",
        consultation=consultation,
        section="contributions",
        wanted=wanted,
        cards=cards(consultation, page.cards),
        sorts=[(sort.value, label) for sort, label in SORTS.items()],
        next_url=url_for(".index", slug=slug, after=page.after, **kept) if page.after else None,
        first_url=url_for(".index", slug=slug, **kept) if wanted.after else None,
        clear_url=url_for(".index", slug=slug) if wanted.search or wanted.question_number else None,
        may_contribute=consultation.state is State.OPEN
        and not current_actor().is_team_of(consultation.organisation_id),
    )


@blueprint.get("/<int:number>")
@public
def show(slug: str, number: int) -> ResponseReturnValue:
    """One contribution with its comments."""
    return render_contribution(slug, number, CommentForm(formdata=None) if current_actor().is_signed_in else None)


@blueprint.get("/<int:number>/history")
@public
def history(slug: str, number: int) -> ResponseReturnValue:
    """The earlier texts of a contribution that was edited."""
    with transaction() as session:
        consultation, contribution = load_contribution(session, slug, number)
        require_shown(consultation, contribution)
        revisions = queries.list_revisions(session, contribution.id)
    if not revisions:
        raise NotFound
    return render_template(
        "proposals/history.html",
        consultation=consultation,
        section="contributions",
        contribution=contribution,
        revisions=[(item, typeset_html(item.body_html, consultation.language)) for item in revisions],
        language=foreign_language(consultation),
    )


@blueprint.post("/<int:number>/support")
@access(Need.SIGNED_IN)
@limited("support")
def support(slug: str, number: int) -> ResponseReturnValue:
    """Give one's support (doing it twice changes nothing); the page itself then says so."""
    _act_on(slug, number, commands.support_contribution)
    return _supported(slug, number, _("You support this."))


@blueprint.post("/<int:number>/support/withdraw")
@access(Need.SIGNED_IN)
@limited("support")
def withdraw_support(slug: str, number: int) -> ResponseReturnValue:
    """Take one's support back."""
    _act_on(slug, number, commands.withdraw_support)
    return _supported(slug, number, _("You no longer support this."))


def _supported(slug: str, number: int, said: str) -> ResponseReturnValue:
    """After the act: the page that says so, or its support box alone for a script that puts it in place."""
    if not wants_fragment("support"):
        return redirect(url_for(".show", slug=slug, number=number, _anchor="support"), 303)
    with transaction() as session:
        consultation, contribution = load_contribution(session, slug, number)
    require_shown(consultation, contribution)
    rights = _rights(consultation, contribution)
    box = support_box(consultation, contribution, rights.support, rights.support_sentence)
    said = f"{said} {box.count_label}."
    return fragment("proposals/show.html", "support", support=box, said=said)


def render_contribution(
    slug: str,
    number: int,
    form: CommentForm | None,
    status: int = 200,
    *,
    published: int | None = None,
    said: str = "",
) -> ResponseReturnValue:
    """The page of a contribution; `form` holds what was typed into its comment form.

    A comment form that a script sent is answered by the discussion alone; `published` is then the new comment, and
    `said` what became of it.
    """
    with transaction() as session:
        consultation, contribution = load_contribution(session, slug, number)
        require_shown(consultation, contribution)
        page = queries.list_comments(
            session,
            contribution_id=contribution.id,
            person_id=current_actor().person_id,
            after=number_in(request.args.get("after")),
        )
    rights = _rights(consultation, contribution)
    discussion = _discussion(consultation, contribution, page, rights, form)
    if wants_fragment("discussion"):
        return fragment(
            "proposals/show.html",
            "discussion",
            status=status,
            published=published,
            comment_said=said,
            **discussion,
        )
    html = render_template(
        "proposals/show.html",
        section="contributions",
        body_html=typeset_html(contribution.body_html, consultation.language),
        author=author_label(contribution.author, contribution.channel),
        channel_label=CHANNELS[contribution.channel],
        support=support_box(consultation, contribution, rights.support, rights.support_sentence),
        moderate_url=url_for("moderation_admin.contribution", slug=slug, number=number)
        if current_actor().is_team_of(consultation.organisation_id)
        else None,
        report_url=url_for("moderation.report_contribution", slug=slug, number=number)
        if contribution.status is Status.PUBLISHED
        and may_report(consultation, current_actor(), contribution.author_id)
        else None,
        **discussion,
    )
    return html, status


def _discussion(
    consultation: ConsultationView,
    contribution: ContributionView,
    page: queries.CommentPage,
    rights: Rights,
    form: CommentForm | None,
) -> dict[str, Any]:
    """What the comments and their form show, on the page or by themselves."""
    reply_to = _reply_target(form, page)
    if form is not None:
        show_printable(form)
        if reply_to:
            form.call_it_a_reply()
    return {
        "consultation": consultation,
        "contribution": contribution,
        "language": foreign_language(consultation),
        "comments_label": ngettext(
            "%(count)s comment",
            "%(count)s comments",
            contribution.comments,
            count=number_label(contribution.comments),
        ),
        "groups": comment_groups(
            consultation, contribution, page.comments, actor=current_actor(), may_comment=bool(rights.comment)
        ),
        "rights": rights,
        "form": form if rights.comment else None,
        "reply_to": reply_to,
        "longest": MAX_COMMENT,
        "after": number_in(request.args.get("after")),
        "next_url": url_for(".show", slug=consultation.slug, number=contribution.number, after=page.after)
        if page.after
        else None,
    }


def load_contribution(session: Session, slug: str, number: int) -> tuple[ConsultationView, ContributionView]:
    """The consultation and one of its contributions (3 statements). Raises `NotFound`."""
    actor = current_actor()
    consultation = consultations.get_consultation(session, slug, actor=actor, now=clock.now())
    contribution = queries.get_contribution(
        session, consultation_id=consultation.id, number=number, person_id=actor.person_id
    )
    return consultation, contribution


def require_shown(consultation: ConsultationView, contribution: ContributionView) -> None:
    """404 for a hidden or held contribution and 410 for a withdrawn one, except to the team, which sees them all.

    What is held, its author sees as well.
    """
    actor = current_actor()
    if contribution.status is Status.PUBLISHED or actor.is_team_of(consultation.organisation_id):
        return
    if contribution.status is Status.HELD and actor.is_signed_in and contribution.author_id == actor.person_id:
        return
    if contribution.status is Status.WITHDRAWN:
        abort(make_response(failure_page(410, _("This contribution was withdrawn by its author."))))
    raise NotFound


@contextmanager
def seen_by_actor(slug: str, number: int) -> Iterator[None]:
    """Around an act: what this person may not even see is answered as its page is, not with a refusal."""
    try:
        yield
    except Refused as refusal:
        if refusal.reason in {"not_published", "still_held", "consultation_draft"}:
            with transaction() as session:
                consultation, contribution = load_contribution(session, slug, number)
            require_shown(consultation, contribution)
        raise


@dataclass(frozen=True)
class Rights:
    """What this reader may do on a contribution's page, and the sentences for what they may not."""

    support: Decision
    support_sentence: str | None
    comment: Decision
    comment_sentence: str | None
    sign_in_to_comment: bool
    change: Decision
    withdraw: Decision


def _rights(consultation: ConsultationView, contribution: ContributionView) -> Rights:
    actor, state = current_actor(), consultation.state
    place: _Place = {"organisation_id": consultation.organisation_id, "state": state}
    author_id, status = contribution.author_id, contribution.status
    if contribution.supported:
        support = policies.can_withdraw_support(actor, state=state)
    else:
        support = policies.can_support(actor, **place, author_id=author_id, status=status)
    comment = policies.can_comment(actor, **place, status=status)
    return Rights(
        support=support,
        support_sentence=None if support else sentence_for(support.reason),
        comment=comment,
        comment_sentence=None if comment else sentence_for(comment.reason),
        sign_in_to_comment=comment.reason == "sign_in_first",
        change=policies.can_change(actor, **place, author_id=author_id, status=status),
        withdraw=policies.can_withdraw(actor, **place, author_id=author_id, status=status),
    )


class _Place(TypedDict):
    organisation_id: int
    state: State


def _reply_target(form: CommentForm | None, page: queries.CommentPage) -> queries.CommentView | None:
    """The published comment that the form answers, asked for by the address or kept in the form."""
    if form is None:
        return None
    wanted = form.parent_number or number_in(request.args.get("reply"))
    for item in page.comments:
        if item.number == wanted and item.status is Status.PUBLISHED:
            form.parent.data = str(item.number)
            return item
    return None


def _act_on(slug: str, number: int, command: Callable[..., None]) -> None:
    with seen_by_actor(slug, number), transaction(write=True) as session:
        command(
            session,
            actor=current_actor(),
            consultation_id=consultations.consultation_id(session, slug),
            number=number,
            now=clock.now(),
        )


def _list_filter() -> ListFilter:
    """What the address asks for; what cannot be understood is left out rather than refused."""
    sort = request.args.get("sort", "")
    return ListFilter(
        search=printable(request.args.get("q", ""))[:MAX_SEARCH].strip(),
        question_number=number_in(request.args.get("question")),
        sort=Sort(sort) if sort in set(Sort) else Sort.ROTATING,
        after=request.args.get("after"),
    )


def _query_of(wanted: ListFilter) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if wanted.search:
        kept["q"] = wanted.search
    if wanted.question_number is not None:
        kept["question"] = wanted.question_number
    if wanted.sort is not Sort.ROTATING:
        kept["sort"] = wanted.sort.value
    return kept
