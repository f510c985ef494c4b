"""The team's page of its own members: who belongs to it and as what, who is invited, what was done to whom."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consult.accounts.rules import new_secrets
from consult.accounts.sessions import this_browser
from consult.core import clock
from consult.core.access import Need, Refused, access, require
from consult.core.db import transaction
from consult.core.errors import Invalid
from consult.core.mail import Letter
from consult.core.numbers import number_in
from consult.core.web.addresses import external_url
from consult.core.web.forms import place, show_printable
from consult.core.web.guard import current_actor
from consult.core.web.languages import request_language
from consult.core.web.letters import write_letter
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.organisations import invitations, members, policies, team
from consult.organisations.forms import InvitationForm, RoleForm
from consult.organisations.messages import ROLES
from consult.organisations.rules import INVITATION_LIFETIME, MAX_LETTERS, prepare_words
from consult.organisations.values import Role

blueprint = Blueprint("team", __name__, url_prefix="/manage/organisations/<slug>")


@blueprint.route("/members", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def index(slug: str) -> ResponseReturnValue:
    """Show the team; for those who manage it: invite somebody."""
    before = number_in(request.args.get("before"))
    with transaction() as session:
        page = team.get_team(session, slug, actor=current_actor(), before=before, now=clock.real_now())
    form = InvitationForm()
    if form.is_submitted():
        require(policies.can_manage_team(current_actor(), organisation_id=page.organisation.id))
        if form.validate():
            try:
                _invite(page, form)
            except Invalid as error:
                place(form, error)
            except Refused as error:
                form.form_errors.append(sentence_for(error.reason))
            else:
                flash(_("An invitation is on its way to %(email)s.", email=form.email.data), "success")
                return redirect(url_for(".index", slug=slug), 303)
        show_printable(form)
    page_html = render_template(
        "manage/members.html",
        team=page,
        form=form,
        roles=ROLES,
        continued=before is not None,
        most_letters=MAX_LETTERS,
        section="members",
    )
    return page_html, 422 if form.is_submitted() else 200


@blueprint.route("/members/<int:person_id>", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def member(slug: str, person_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    with transaction() as session:
        organisation, line = team.get_member(session, slug, person_id, actor=current_actor())
    require(policies.can_manage_team(current_actor(), organisation_id=organisation.id))
    form = RoleForm(line.role)
    if form.validate_on_submit():
        with transaction(write=True) as session:
            members.change_role(
                session,
                actor=current_actor(),
                organisation_id=organisation.id,
                person_id=person_id,
                role=form.chosen,
                now=clock.real_now(),
                except_browser_id=this_browser().browser_id if line.is_self else None,
            )
        if line.is_self:
            this_browser().renew()
        flash(_("%(name)s: %(role)s.", name=line.name, role=ROLES[form.chosen]), "success")
        return redirect(url_for(".index", slug=slug), 303)
    page = render_template(
        "manage/member.html", organisation=organisation, member=line, form=form, roles=ROLES, section="members"
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/members/<int:person_id>/remove", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def remove(slug: str, person_id: int) -> ResponseReturnValue:
    """Take a member out of the team, or leave it: asks first."""
    with transaction() as session:
        organisation, line = team.get_member(session, slug, person_id, actor=current_actor())
    if request.method == "GET":
        return render_template(
            "manage/member_remove.html", organisation=organisation, member=line, roles=ROLES, section="members"
        )
    with transaction(write=True) as session:
        members.remove_member(
            session,
            actor=current_actor(),
            organisation_id=organisation.id,
            person_id=person_id,
            now=clock.real_now(),
            except_browser_id=this_browser().browser_id if line.is_self else None,
        )
    if line.is_self:
        this_browser().renew()
        flash(_("You have left the team of %(name)s.", name=organisation.name), "success")
        return redirect(url_for("site.home"), 303)
    flash(_("%(name)s belongs to the team no more.", name=line.name), "success")
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post("/invitations/<int:invitation_id>/send")
@access(Need.TEAM)
@limited("manage")
def send_again(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Write an invitation anew, with a new link."""
    now, token = clock.real_now(), new_secrets().token
    with transaction() as session:
        organisation, line = team.get_pending(session, slug, invitation_id, actor=current_actor(), now=now)
    with transaction(write=True) as session:
        invitations.send_again(
            session,
            actor=current_actor(),
            organisation_id=organisation.id,
            invitation_id=invitation_id,
            token=token,
            letter=_letter(organisation.name, line.email, line.role, line.words, token),
            now=now,
        )
    flash(_("An invitation is on its way to %(email)s.", email=line.email), "success")
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post("/invitations/<int:invitation_id>/revoke")
@access(Need.TEAM)
@limited("manage")
def revoke(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    now = clock.real_now()
    with transaction() as session:
        organisation, _line = team.get_pending(session, slug, invitation_id, actor=current_actor(), now=now)
    with transaction(write=True) as session:
        invitations.revoke(
            session,
            actor=current_actor(),
            organisation_id=organisation.id,
            invitation_id=invitation_id,
            now=now,
        )
    flash(_("The invitation is revoked: its link no longer works."), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _invite(page: team.TeamPage, form: InvitationForm) -> None:
    token, email, words = new_secrets().token, form.address, prepare_words(form.words.data or "")
    with transaction(write=True) as session:
        invitations.invite(
            session,
            actor=current_actor(),
            organisation_id=page.organisation.id,
            email=email,
            role=form.chosen,
            words=words,
            token=token,
            letter=_letter(page.organisation.name, email, form.chosen, words, token),
            now=clock.real_now(),
        )


def _letter(organisation: str, email: str, role: Role, words: str, token: str) -> Letter:
    language = request_language()
    return write_letter(
        "invitation",
        recipient=email,
        subject=_l("%(organisation)s invites you to its team", organisation=organisation),
        language=language,
        organisation=organisation,
        role=ROLES[role],
        inviter=current_actor().display_name,
        words=words,
        link=external_url("organisations.invitation", language, token=token),
        days=INVITATION_LIFETIME.days,
    )
