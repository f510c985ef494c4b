"""The team's pages of moderation: the queue, everything that was written, and decisions with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from consult.consultations import policies as consultation_policies
from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationView
from consult.core import clock
from consult.core.access import Need, access, require
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.html import safe_html
from consult.core.numbers import number_in
from consult.core.web.formats import number as number_label
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.moderation import commands, policies, queries, waiting
from consult.moderation.commands import Left
from consult.moderation.forms import DecisionForm
from consult.moderation.messages import ACTS, BUTTONS, DONE, REASONS, SHOWN
from consult.moderation.queries import ModerationItem
from consult.moderation.rules import MAX_SEVERAL
from consult.moderation.values import Act, Item, Kind, Show
from consult.moderation.waiting import Context

blueprint = Blueprint("moderation_admin", __name__, url_prefix="/manage/consultations/<slug>/moderation")


@blueprint.get("")
@access(Need.TEAM)
def index(slug: str) -> ResponseReturnValue:
    """The queue of what waits, or contributions and comments newest first: all of them, or the hidden ones."""
    show = request.args.get("show", Show.WAITING)
    if show in {"everything", "hidden"}:
        return _written(slug, hidden_only=show == "hidden")
    wanted = Show(show) if show in set(Show) else Show.WAITING
    after = request.args.get("after")
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        require(policies.can_moderate(current_actor(), organisation_id=consultation.organisation_id))
        page = waiting.list_waiting(session, consultation_id=consultation.id, show=wanted, after=after)
    return render_template(
        "manage/moderation_queue.html",
        **_frame(consultation),
        page_of=page,
        shown=wanted,
        filters=SHOWN,
        continued=bool(after),
        offered=_offered_together(page.items),
    )


def _written(slug: str, *, hidden_only: bool) -> str:
    after = request.args.get("after")
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        require(policies.can_moderate(current_actor(), organisation_id=consultation.organisation_id))
        listed = queries.list_items(session, consultation_id=consultation.id, hidden_only=hidden_only, after=after)
    return render_template(
        "manage/moderation.html",
        **_frame(consultation),
        listed=listed,
        filters=SHOWN,
        hidden_only=hidden_only,
        continued=bool(after),
        offered=_in_order({act for item in listed.items for act in item.offered}),
    )


@blueprint.route("/contributions/<int:number>", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def contribution(slug: str, number: int) -> ResponseReturnValue:
    """One contribution: hide it, restore it, or settle why it waits."""
    return _decide(slug, Item(Kind.CONTRIBUTION, number))


@blueprint.route("/comments/<int:number>", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def comment(slug: str, number: int) -> ResponseReturnValue:
    """One comment: hide it, restore it, or settle why it waits."""
    return _decide(slug, Item(Kind.COMMENT, number))


@blueprint.route("/several", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def several(slug: str) -> ResponseReturnValue:
    """One act for several texts: show which, ask for the reason, then do it in one transaction."""
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        require(policies.can_moderate(current_actor(), organisation_id=consultation.organisation_id))
        items = queries.get_items(session, consultation_id=consultation.id, items=_chosen_items())
    if not items:
        flash(_("Select at least one contribution or comment first."), "warning")
        return redirect(url_for(".index", slug=slug), 303)
    act = _chosen_act(request.values.get("act", ""))
    form = DecisionForm(act, request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            left = _run_several(form, consultation, [Item(item.kind, item.number) for item in items])
        except Invalid as error:
            form.place(error)
        else:
            _say_done(len(items) - len(left), left)
            return redirect(url_for(".index", slug=slug), 303)
    page = render_template(
        "manage/moderation_several.html", **_frame(consultation), items=items, form=form, act=act
    )
    return page, 422 if request.method == "POST" else 200


def _decide(slug: str, item: Item) -> ResponseReturnValue:
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        require(policies.can_moderate(current_actor(), organisation_id=consultation.organisation_id))
        text = queries.get_item(session, consultation_id=consultation.id, kind=item.kind, number=item.number)
        context = waiting.context_of(session, consultation_id=consultation.id, item=text)
    if request.method == "GET":
        return _item_page(consultation, text, context, None)
    # What the sent page offered counts: if a colleague was faster, the command says so.
    form = DecisionForm(_chosen_act(request.form.get("act", "")), request.form)
    if form.validate():
        try:
            _run(form, consultation, item)
        except Invalid as error:
            form.place(error)
        else:
            flash(str(DONE[form.chosen_act]), "success")
            return redirect(url_for(f".{item.kind.value}", slug=slug, number=item.number), 303)
    return _item_page(consultation, text, context, form), 422


def _run(form: DecisionForm, consultation: ConsultationView, item: Item) -> None:
    reason = form.chosen_reason()
    with transaction(write=True) as session:
        commands.decide(
            session,
            actor=current_actor(),
            consultation_id=consultation.id,
            item=item,
            act=form.chosen_act,
            reason=reason,
            words=form.chosen_words(),
            now=clock.now(),
        )


def _run_several(form: DecisionForm, consultation: ConsultationView, items: Sequence[Item]) -> tuple[Left, ...]:
    reason = form.chosen_reason()
    with transaction(write=True) as session:
        return commands.decide_several(
            session,
            actor=current_actor(),
            consultation_id=consultation.id,
            items=items,
            act=form.chosen_act,
            reason=reason,
            words=form.chosen_words(),
            now=clock.now(),
        )


def _say_done(count: int, left: Sequence[Left]) -> None:
    if count:
        done = ngettext("Done for %(count)s text.", "Done for %(count)s texts.", count, count=number_label(count))
        flash(done, "success")
    for item, code in ((refused.item, refused.code) for refused in left):
        name = (
            _("Contribution %(number)s", number=item.number)
            if item.kind is Kind.CONTRIBUTION
            else _("Comment %(number)s", number=item.number)
        )
        flash(_("%(text)s: %(why)s", text=name, why=sentence_for(code)), "warning")


def _item_page(
    consultation: ConsultationView, item: ModerationItem, context: Context, sent: DecisionForm | None
) -> str:
    return render_template(
        "manage/moderation_item.html",
        **_frame(consultation),
        item=item,
        context=context,
        body=safe_html(item.body_html),
        forms=_forms(item, context, sent),
        sent=sent,
    )


def _forms(item: ModerationItem, context: Context, sent: DecisionForm | None) -> list[DecisionForm]:
    """A form for each act that fits, the one that was sent among them with what was typed."""
    acts = _offered(item, context)
    if sent is not None and sent.chosen_act not in acts:
        acts = (*acts, sent.chosen_act)
    return [
        sent if sent is not None and sent.chosen_act is act else DecisionForm(act, MultiDict()) for act in acts
    ]


def _offered(item: ModerationItem, context: Context) -> tuple[Act, ...]:
    waits = context.waiting
    if waits is None:
        return item.offered
    if waits.answer is not None:
        return (*item.offered, Act.UPHOLD)
    if waits.reports or waits.alike:
        return (*item.offered, *(() if waits.held else (Act.DISMISS,)))
    return item.offered


def _offered_together(items: Sequence[waiting.WaitingItem]) -> tuple[Act, ...]:
    """What may be done with some of these texts at once."""
    acts = {act for item in items for act in item.item.offered}
    if any((item.reports or item.alike) and not item.held for item in items):
        acts.add(Act.DISMISS)
    if any(item.answer is not None for item in items):
        acts.add(Act.UPHOLD)
    return _in_order(acts)


def _in_order(acts: set[Act]) -> tuple[Act, ...]:
    return tuple(act for act in Act if act in acts)


def _chosen_act(value: str) -> Act:
    if value not in set(Act):
        raise NotFound
    return Act(value)


def _chosen_items() -> tuple[Item, ...]:
    """What was ticked ("comment-3"); what cannot be read is left out."""
    chosen = []
    for value in request.values.getlist("item")[:MAX_SEVERAL]:
        kind, _dash, number = value.partition("-")
        found = number_in(number)
        if kind in set(Kind) and found is not None:
            chosen.append(Item(Kind(kind), found))
    return tuple(dict.fromkeys(chosen))


def _frame(consultation: ConsultationView) -> dict[str, object]:
    may = consultation_policies.can_manage(current_actor(), organisation_id=consultation.organisation_id)
    return {
        "consultation": consultation,
        "may_manage": bool(may),
        "section": "moderation",
        "reasons": REASONS,
        "acts": ACTS,
        "buttons": BUTTONS,
    }
