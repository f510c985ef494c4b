"""Values as the templates' macros want them: labels, dates and addresses in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from consult.consultations.queries import ConsultationView
from consult.consultations.values import State
from consult.core.access import Actor, Decision
from consult.core.web.formats import day_of, number
from consult.core.web.languages import if_foreign
from consult.core.web.typography import typeset, typeset_html
from consult.proposals.messages import STANCES
from consult.proposals.own_acts import OwnActs, OwnComment, OwnContribution, OwnSupport
from consult.proposals.queries import CommentView, ContributionCard, ContributionView
from consult.proposals.values import Channel, Stance, Status


@dataclass(frozen=True)
class Card:
    """A contribution in a list, ready for `contribution_card`."""

    url: str
    number: int
    title: str
    author: str
    created_label: str
    created_iso: str
    excerpt: str
    question_label: str | None
    supports: int
    comments: int
    language: str | None


@dataclass(frozen=True)
class CommentItem:
    """A comment, ready for `comment`."""

    number: int
    author: str
    created_label: str
    created_iso: str
    body_html: Markup
    stance: str
    stance_label: str | None
    hidden_reason: str | None
    waiting: str | None
    reply_url: str | None
    actions: tuple[tuple[str, str], ...]
    language: str | None
    replies: tuple[CommentItem, ...]


@dataclass(frozen=True)
class Group:
    """The comments of one stance."""

    key: str
    title: str
    count_label: str
    comments: tuple[CommentItem, ...]
    empty_label: str
    action_label: str | None = None
    action_url: str | None = None


@dataclass(frozen=True)
class SupportBox:
    """The arguments of `support_button`."""

    count_label: str
    label: str
    action_url: str | None
    sign_in_url: str | None
    supported: bool
    reason: str | None


@dataclass(frozen=True)
class OwnLine:
    """Something a person did, in the list on their account."""

    title: str
    url: str | None
    language: str | None
    state: str | None
    consultation: str
    date_iso: str
    date_label: str
    note: str | None
    consultation_language: str | None = None


@dataclass(frozen=True)
class OwnLines:
    """The lists of the account page."""

    contributions: tuple[OwnLine, ...]
    comments: tuple[OwnLine, ...]
    supports: tuple[OwnLine, ...]


def foreign_language(consultation: ConsultationView) -> str | None:
    """The language of the consultation's texts where it is not the page's."""
    return if_foreign(consultation.language)


def author_label(name: str, channel: Channel) -> str:
    """The author as they chose to be named; without a name, how the contribution came."""
    return (
        name
        or {
            Channel.WEB: _("Deleted account"),
            Channel.PAPER: _("Received on paper"),
            Channel.MEETING: _("From a meeting"),
        }[channel]
    )


def cards(consultation: ConsultationView, contributions: tuple[ContributionCard, ...]) -> tuple[Card, ...]:
    """The cards of a list."""
    language = foreign_language(consultation)
    return tuple(
        Card(
            url=url_for("proposals.show", slug=consultation.slug, number=item.number),
            number=item.number,
            title=typeset(item.title, consultation.language),
            author=author_label(item.author, item.channel),
            created_label=day_of(item.created_at, consultation.time_zone),
            created_iso=item.created_at.isoformat(timespec="seconds"),
            excerpt=typeset(item.excerpt, consultation.language),
            question_label=_("Question %(number)s", number=item.question_number) if item.question_number else None,
            supports=item.supports,
            comments=item.comments,
            language=language,
        )
        for item in contributions
    )


def support_box(
    consultation: ConsultationView, contribution: ContributionView, decision: Decision, reason: str | None
) -> SupportBox:
    """What the support button offers: support, take it back, sign in, or why not."""

    def address(endpoint: str) -> str:
        return url_for(endpoint, slug=consultation.slug, number=contribution.number)

    action = sign_in = None
    if decision:
        action = address("proposals.withdraw_support" if contribution.supported else "proposals.support")
    elif decision.reason == "sign_in_first":
        sign_in, reason = url_for("accounts.sign_in", next=address("proposals.show")), None
    return SupportBox(
        count_label=_supports(contribution.supports),
        label=_("Take back my support") if contribution.supported else _("I support this"),
        action_url=action,
        sign_in_url=sign_in,
        supported=contribution.supported,
        reason=None if decision else reason,
    )


def comment_groups(
    consultation: ConsultationView,
    contribution: ContributionView,
    comments: tuple[CommentView, ...],
    *,
    actor: Actor,
    may_comment: bool,
) -> tuple[Group, ...]:
    """Arguments for and against, then neutral comments; hidden and withdrawn ones keep their place."""
    titles = {
        Stance.FOR: (_("Arguments for"), _("No argument for it yet.")),
        Stance.AGAINST: (_("Arguments against"), _("No argument against it yet.")),
        Stance.NEUTRAL: (_("Other comments"), _("No other comment yet.")),
    }
    groups = []
    for stance, (title, empty) in titles.items():
        chosen = [item for item in comments if item.stance is stance]
        standing = sum(item.status is Status.PUBLISHED for item in chosen)
        groups.append(
            Group(
                key=stance.value,
                title=title,
                count_label=number(standing),
                comments=tuple(
                    _comment_item(consultation, contribution, item, actor=actor, may_comment=may_comment)
                    for item in chosen
                ),
                empty_label=empty,
            )
        )
    return tuple(groups)


def _comment_item(
    consultation: ConsultationView,
    contribution: ContributionView,
    item: CommentView,
    *,
    actor: Actor,
    may_comment: bool,
    is_reply: bool = False,
) -> CommentItem:
    hidden = {
        Status.HIDDEN: _("This comment was hidden by the team."),
        Status.WITHDRAWN: _("This comment was withdrawn by its author."),
    }.get(item.status)
    waiting = _("Only you see this: the team reads it before it is published.")
    can_reply = may_comment and not is_reply and item.status is Status.PUBLISHED
    return CommentItem(
        number=item.number,
        author=(item.author or _("Deleted account")) if hidden is None else "",
        created_label=day_of(item.created_at, consultation.time_zone),
        created_iso=item.created_at.isoformat(timespec="seconds"),
        body_html=typeset_html(item.body_html, consultation.language),
        stance="" if is_reply else item.stance.value,
        stance_label=None if is_reply else str(STANCES[item.stance]),
        hidden_reason=hidden,
        waiting=waiting if item.status is Status.HELD else None,
        reply_url=_reply_url(consultation, contribution, item) if can_reply else None,
        actions=_actions(consultation, contribution, item, actor=actor, may_comment=may_comment),
        language=foreign_language(consultation),
        replies=tuple(
            _comment_item(consultation, contribution, reply, actor=actor, may_comment=may_comment, is_reply=True)
            for reply in item.replies
        ),
    )


def _reply_url(consultation: ConsultationView, contribution: ContributionView, item: CommentView) -> str:
    return url_for(
        "proposals.show",
        slug=consultation.slug,
        number=contribution.number,
        reply=item.number,
        _anchor="comment-form",
    )


def _actions(
    consultation: ConsultationView,
    contribution: ContributionView,
    item: CommentView,
    *,
    actor: Actor,
    may_comment: bool,
) -> tuple[tuple[str, str], ...]:
    """What this reader may do to the comment, as links to pages that ask before they act."""
    actions = []
    own = item.author_id is not None and item.author_id == actor.person_id
    if own and may_comment and item.status in {Status.PUBLISHED, Status.HELD}:
        address = url_for(
            "proposals.withdraw_comment",
            slug=consultation.slug,
            number=contribution.number,
            comment_number=item.number,
        )
        actions.append((_("Withdraw"), address))
    if actor.is_team_of(consultation.organisation_id) and item.status is not Status.WITHDRAWN:
        address = url_for("moderation_admin.comment", slug=consultation.slug, number=item.number)
        actions.append((_("Moderate"), address))
    if may_report(consultation, actor, item.author_id) and item.status is Status.PUBLISHED:
        address = url_for(
            "moderation.report_comment",
            slug=consultation.slug,
            number=contribution.number,
            comment_number=item.number,
        )
        actions.append((_("Report"), address))
    if item.status is Status.HIDDEN and not actor.is_team_of(consultation.organisation_id):
        actions.append((_("Why? The moderation log"), url_for("moderation.log", slug=consultation.slug)))
    return tuple(actions)


def may_report(consultation: ConsultationView, actor: Actor, author_id: int | None) -> bool:
    """Whether the way to a report is shown: also to visitors, who sign in on it."""
    own = author_id is not None and author_id == actor.person_id
    is_public = consultation.state is not State.DRAFT
    return is_public and not own and not actor.is_team_of(consultation.organisation_id)


def own_lines(acts: OwnActs) -> OwnLines:
    """What the account page lists; what is no longer public has no address, and its state says why."""
    return OwnLines(
        tuple(
            _own_line(
                item, item.number, item.status, note=_counts(item) if item.status is Status.PUBLISHED else None
            )
            for item in acts.contributions
        ),
        tuple(
            _own_line(
                item,
                item.contribution_number,
                item.status,
                note=_kind(item),
                anchor=f"comment-{item.number}",
                in_place=item.in_place,
            )
            for item in acts.comments
        ),
        tuple(
            _own_line(item, item.number, Status.PUBLISHED, note=_supports(item.supports)) for item in acts.supports
        ),
    )


def _own_line(
    act: OwnContribution | OwnComment | OwnSupport,
    number_of_it: int,
    status: Status,
    *,
    note: str | None,
    anchor: str | None = None,
    in_place: bool = True,
) -> OwnLine:
    is_public = status is Status.PUBLISHED
    has_page = is_public or status is Status.HELD
    return OwnLine(
        title=typeset(act.title, act.language),
        url=url_for("proposals.show", slug=act.slug, number=number_of_it, _anchor=anchor)
        if has_page and in_place
        else None,
        language=if_foreign(act.language),
        state=None if is_public else status.value,
        consultation=typeset(act.consultation, act.language),
        date_iso=act.created_at.isoformat(timespec="seconds"),
        date_label=day_of(act.created_at, act.time_zone),
        note=note,
    )


def _kind(comment: OwnComment) -> str:
    if comment.is_reply:
        return _("Reply")
    return {
        Stance.FOR: _("Argument for"),
        Stance.AGAINST: _("Argument against"),
        Stance.NEUTRAL: _("Comment"),
    }[comment.stance]


def _counts(item: OwnContribution) -> str:
    comments = ngettext("%(count)s comment", "%(count)s comments", item.comments, count=number(item.comments))
    return f"{_supports(item.supports)}, {comments}"


def _supports(count: int) -> str:
    return ngettext("%(count)s support", "%(count)s supports", count, count=number(count))
