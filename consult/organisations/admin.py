"""The team's page of an organisation: its name, logo and colour, and what its legal notice holds."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.core import clock
from consult.core.access import Need, access, require
from consult.core.db import transaction
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.organisations import commands, policies, queries, rules
from consult.organisations.forms import IdentityForm
from consult.organisations.messages import DETAILS
from consult.organisations.presentation import ratio
from consult.organisations.queries import IdentityView
from consult.organisations.values import IdentityText

blueprint = Blueprint("organisations_admin", __name__, url_prefix="/manage/organisations")
blueprint.add_app_template_filter(ratio)


@blueprint.route("/<slug>/identity", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("upload")
def identity(slug: str) -> ResponseReturnValue:
    """Say how the organisation looks and who answers for it."""
    with transaction() as session:
        stored = queries.get_identity(session, slug)
    require(policies.can_set_identity(current_actor(), organisation_id=stored.id))
    form = IdentityForm(stored)
    text = form.identity() if form.is_submitted() else None
    if text is not None:
        _save(stored, text, form)
        flash(_("Your changes are saved."), "success")
        return redirect(url_for(".identity", slug=slug), 303)
    accent = stored.look.accent
    page = render_template(
        "manage/identity.html",
        form=form,
        organisation=stored,
        section="identity",
        details=tuple(DETAILS),
        palette=rules.palette(accent) if accent else None,
        grounds=(rules.PAPER, rules.INK),
        contrasts=_contrasts(accent),
    )
    return page, 422 if form.is_submitted() else 200


def _save(stored: IdentityView, text: IdentityText, form: IdentityForm) -> None:
    with transaction(write=True) as session:
        commands.change_identity(
            session,
            actor=current_actor(),
            organisation_id=stored.id,
            text=text,
            logo=form.picture,
            without_logo=form.drops_logo,
            now=clock.now(),
        )


def _contrasts(accent: str) -> tuple[float, float]:
    """What the stored accent measures on paper by day, and its lighter shade by night."""
    if not accent:
        return 0.0, 0.0
    shade = rules.palette(accent).accent
    return rules.contrast(shade.day, rules.PAPER.day), rules.contrast(shade.night, rules.PAPER.night)
