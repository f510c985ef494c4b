"""What everybody may fetch of an organisation, its logo and its accent colour; and invitations into its team."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.accounts.sessions import forget_loaded_person, this_browser
from consult.core import clock
from consult.core.access import Need, Refused, access, public
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.web.assets import kept_for_good
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.organisations import invitations, queries, team
from consult.organisations.errors import InvitationStale
from consult.organisations.messages import ROLE_MEANINGS, ROLES
from consult.organisations.presentation import accent_sheet, accent_url, accent_version, logo_url

blueprint = Blueprint("organisations", __name__)
blueprint.add_app_template_global(accent_url)
blueprint.add_app_template_global(logo_url)


@blueprint.get("/organisations/<slug>/logo")
@public
def logo(slug: str) -> Response:
    """The picture as it was written anew here; under its current version for good."""
    with transaction() as session:
        found = queries.get_logo(session, slug)
    return kept_for_good(Response(found.content, mimetype=found.media_type), found.version)


@blueprint.get("/organisations/<slug>/accent.css")
@public
def accent(slug: str) -> Response:
    """The style sheet of the organisation's colour; 404 while it has none."""
    with transaction() as session:
        colour = queries.get_identity(session, slug).look.accent
    if not colour:
        raise NotFound
    return kept_for_good(Response(accent_sheet(colour), mimetype="text/css"), accent_version(colour))


# --- invitations


@blueprint.get("/invitations/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """The link of the mail: it names the team and the role, and leads on; looking changes nothing."""
    try:
        with transaction() as session:
            found = team.invitation_of_link(session, token, now=clock.real_now())
    except InvitationStale as error:
        return render_template("organisations/invitation_stale.html", sentence=sentence_for(error.reason)), 410
    onward = url_for(".accept_invitation", invitation_id=found.id)
    if current_actor().is_signed_in:
        return redirect(onward, 303)
    page = render_template(
        "organisations/invitation.html",
        invitation=found,
        sign_in_url=url_for("accounts.sign_in", next=onward),
        roles=ROLES,
        meanings=ROLE_MEANINGS,
    )
    return page, 200, {"Cache-Control": "no-store"}  # its address holds the token


@blueprint.route("/account/invitations/<int:invitation_id>", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def accept_invitation(invitation_id: int) -> ResponseReturnValue:
    """Join the team that one's address was invited to.

    No token is needed any more: who is signed in with an address has shown that its mail reaches them. So none
    of them is stored with a sign-in under way.
    """
    actor, now = current_actor(), clock.real_now()
    try:
        with transaction() as session:
            found = team.invitation_to(session, actor, invitation_id, now=now)
    except Refused as error:
        return render_template("organisations/invitation_other.html", sentence=sentence_for(error.reason)), 403
    if request.method == "GET":
        return render_template(
            "organisations/invitation.html", invitation=found, roles=ROLES, meanings=ROLE_MEANINGS
        )
    with transaction(write=True) as session:
        invitations.accept(
            session,
            actor=actor,
            invitation_id=invitation_id,
            now=now,
            except_browser_id=this_browser().browser_id,
        )
    this_browser().renew()
    forget_loaded_person()
    flash(_("You belong to the team of %(name)s now.", name=found.organisation_name), "success")
    dashboard = url_for("manage.dashboard")
    if current_actor().pending_second_factor:  # teams sign in with one: it is set up before the first page
        return redirect(url_for("second_factor.challenge", next=dashboard), 303)
    return redirect(dashboard, 303)
