"""Values as the templates' macros want them: labels, dates and addresses in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from consult.consultations.queries import ConsultationView
from consult.core.access import Actor, Decision
from consult.core.web.formats import day_of, number
from consult.core.web.languages import if_foreign
from consult.core.web.typography import typeset, typeset_html
from consult.proposals.messages import STANCES
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


def foreign_language(consultation: ConsultationView) -> str | None:
    """The language of the consultation's texts where it is not the page's."""
    return if_foreign(consultation.language)


def author_label(name: str, channel: Channel) -> str:
    """The author as they chose to be named; without a name, how the contribution came."""
    return (
        name
        or {
            Channel.WEB: _("Anonymous"),
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
        count_label=ngettext(
            "%(count)s support", "%(count)s supports", contribution.supports, count=number(contribution.supports)
        ),
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
    can_reply = may_comment and not is_reply and item.status is Status.PUBLISHED
    return CommentItem(
        number=item.number,
        author=(item.author or _("Anonymous")) if hidden is None else "",
        created_label=day_of(item.created_at, consultation.time_zone),
        created_iso=item.created_at.isoformat(timespec="seconds"),
        body_html=typeset_html(item.body_html, consultation.language),
        stance="" if is_reply else item.stance.value,
        stance_label=None if is_reply else str(STANCES[item.stance]),
        hidden_reason=hidden,
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
    if own and may_comment and item.status is Status.PUBLISHED:
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
    return tuple(actions)
