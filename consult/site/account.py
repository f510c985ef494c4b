"""One's own account: what one brought and supports, one's name and address, and signing out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.accounts import commands, queries
from consult.accounts.forms import NameForm
from consult.accounts.presentation import account_sections
from consult.core.access import Need, access
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.moderation.presentation import decision_lines
from consult.moderation.records import own_decisions
from consult.proposals.own_acts import own_acts
from consult.proposals.presentation import own_lines

blueprint = Blueprint("account", __name__)


@blueprint.route("/account", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def page() -> ResponseReturnValue:
    """Show it, or change the name that others see."""
    actor, form = current_actor(), NameForm()
    if form.validate_on_submit():
        with transaction(write=True) as session:
            commands.change_display_name(session, actor=actor, display_name=str(form.display_name.data))
        flash(_("Your name is now %(name)s.", name=form.display_name.data), "success")
        return redirect(url_for("account.page"), 303)
    with transaction() as session:
        person = queries.get_person(session, actor.person_id or 0)
        acts = own_acts(session, actor.person_id or 0)
        decisions = own_decisions(session, person_id=actor.person_id or 0)
    if person is None:
        raise NotFound
    if not form.is_submitted():
        form.display_name.data = person.display_name
    page_html = render_template(
        "site/account.html",
        form=form,
        person=person,
        acts=own_lines(acts),
        decisions=decision_lines(decisions),
        sections=account_sections("acts"),
    )
    return page_html, 422 if form.is_submitted() else 200
