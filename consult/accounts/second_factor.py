"""The second factor: asked for at sign-in, set up, replaced, turned off; its recovery codes.

Teams have one, always; citizens may. Codes and secrets are shown on pages that are never stored, and once.
"""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from consult.accounts import credentials, queries
from consult.accounts.attempts import (
    ask_for_recent_proof,
    browser_id,
    onward_path,
    secret_key,
    security_letter,
    use_factor,
    welcome_back,
)
from consult.accounts.errors import FactorRefused
from consult.accounts.forms import EnrolForm, FactorForm
from consult.accounts.one_time_codes import (
    new_recovery_codes,
    new_secret,
    provisioning_address,
    seal,
    unseal,
)
from consult.accounts.queries import Credentials
from consult.accounts.sessions import forget_loaded_person, mark_proven, recently_proven, this_browser
from consult.core import clock
from consult.core.access import Need, access, public
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.installation import current_settings
from consult.core.web.forms import place
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited

blueprint = Blueprint("second_factor", __name__)
_ENROLLING = "enrolling"  # the sealed secret that an authenticator is being shown


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
@limited("sign-in")
def challenge() -> ResponseReturnValue:
    """Ask somebody whose address or password is proven for the second factor."""
    onward, person_id = onward_path(request.values.get("next")), current_actor().pending_person_id
    if person_id is None:
        return _nothing_pending(onward)
    if left := _left_half_way(onward):
        return left
    owner = _owner(person_id)
    if not owner.has_second_factor:
        return redirect(url_for("second_factor.first", next=onward), 303)
    form = FactorForm()
    form.next.data = onward or ""
    if form.validate_on_submit():
        try:
            use_factor(person_id, owner, str(form.code.data))
        except FactorRefused as error:
            place(form, error)
        else:
            mark_proven(second_factor=True)
            flash(_("Hello %(name)s, you are signed in.", name=current_actor().display_name), "success")
            return welcome_back(person_id, onward)
    return render_template("accounts/second_factor.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/sign-in/second-factor/new", methods=["GET", "POST"])
@public
def first() -> ResponseReturnValue:
    """Set the second factor up at a sign-in that cannot do without; never replaces one."""
    onward, person_id = onward_path(request.values.get("next")), current_actor().pending_person_id
    if person_id is None:
        return _nothing_pending(onward)
    if left := _left_half_way(onward):
        return left
    owner = _owner(person_id)
    if owner.has_second_factor:
        return redirect(url_for("second_factor.challenge", next=onward), 303)
    return _enrol(person_id, owner, onward or url_for("site.home"), mandatory=True)


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def change() -> ResponseReturnValue:
    """Set a second factor up, or replace the authenticator."""
    if asked := ask_for_recent_proof():
        return asked
    actor = current_actor()
    return _enrol(actor.person_id or 0, _owner(actor.person_id), url_for("security.page"), mandatory=actor.is_team)


@blueprint.post("/account/second-factor/codes")
@access(Need.SIGNED_IN)
@limited("change")
def renew_codes() -> ResponseReturnValue:
    """Replace the recovery codes and show the new ones, once."""
    if asked := ask_for_recent_proof(url_for("security.page")):
        return asked
    actor, codes = current_actor(), new_recovery_codes()
    letter = security_letter(
        _l("Your recovery codes were replaced: the earlier ones work no more."), _owner(actor.person_id)
    )
    with transaction(write=True) as session:
        credentials.renew_recovery_codes(
            session, actor=actor, recovery_codes=codes, letter=letter, now=clock.real_now()
        )
    return render_template("accounts/recovery_codes.html", codes=codes, onward=url_for("security.page"))


@blueprint.post("/account/second-factor/off")
@access(Need.SIGNED_IN)
@limited("change")
def turn_off() -> ResponseReturnValue:
    """Do without a second factor; teams cannot."""
    if asked := ask_for_recent_proof(url_for("security.page")):
        return asked
    actor = current_actor()
    letter = security_letter(_l("The second factor of your account was turned off."), _owner(actor.person_id))
    with transaction(write=True) as session:
        credentials.turn_second_factor_off(
            session, actor=actor, browser_id=browser_id(), letter=letter, now=clock.real_now()
        )
    flash(_("The second factor is turned off."), "success")
    return redirect(url_for("security.page"), 303)


def _enrol(person_id: int, owner: Credentials, onward: str, *, mandatory: bool) -> ResponseReturnValue:
    form, secret = EnrolForm(), _secret_being_shown()
    form.next.data = onward
    if form.validate_on_submit():
        codes = new_recovery_codes()
        try:
            _store(person_id, owner, secret, str(form.code.data), codes)
        except FactorRefused as error:
            place(form, error)
        else:
            this_browser().pop(_ENROLLING, None)
            mark_proven(second_factor=True)
            return render_template("accounts/recovery_codes.html", codes=codes, onward=onward)
    address = provisioning_address(secret, account=owner.email, site=current_settings().site_name)
    page = render_template(
        "accounts/enrol.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        address=address,
        picture=_picture(address),
        mandatory=mandatory,
        replaces=owner.has_second_factor,
    )
    return page, 422 if form.is_submitted() else 200


def _store(person_id: int, owner: Credentials, secret: str, code: str, codes: tuple[str, ...]) -> None:
    what: LazyString = (
        _l("The authenticator of your account was replaced.")
        if owner.has_second_factor
        else _l("A second factor was set up for your account: an authenticator is asked for at each sign-in.")
    )
    with transaction(write=True) as session:
        credentials.enrol_second_factor(
            session,
            person_id=person_id,
            secret=secret,
            code=code,
            recovery_codes=codes,
            browser_id=browser_id(),
            key=secret_key(),
            letter=security_letter(what, owner),
            now=clock.real_now(),
        )


def _secret_being_shown() -> str:
    """The secret on the page, the same until it is confirmed; kept sealed in the session."""
    browser = this_browser()
    secret = unseal(str(browser.get(_ENROLLING, "")), key=secret_key())
    if secret is None:
        secret = new_secret()
        browser[_ENROLLING] = seal(secret, key=secret_key())
    return secret


def _picture(address: str) -> Markup:
    """The address as a QR code: an SVG of our own making, without styles, dark on white in either theme."""
    return Markup(segno.make(address, error="m").svg_inline(scale=5, light="#fff"))  # noqa: S704 - built here


def _nothing_pending(onward: str | None) -> ResponseReturnValue:
    if current_actor().is_signed_in:
        return redirect(onward or url_for("site.home"), 303)
    return redirect(url_for("accounts.sign_in", next=onward), 303)


def _left_half_way(onward: str | None) -> ResponseReturnValue | None:
    """Make a visitor again of who left a sign-in half-way: the first factor was shown too long ago."""
    if recently_proven():
        return None
    this_browser().clear()
    forget_loaded_person()
    flash(_("Please sign in again: too much time has gone by."), "info")
    return redirect(url_for("accounts.sign_in", next=onward), 303)


def _owner(person_id: int | None) -> Credentials:
    with transaction() as session:
        found = queries.credentials_of(session, person_id or 0)
    if found is None:
        raise NotFound
    return found
