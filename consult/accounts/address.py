"""Change of address: asked for on the account, confirmed from both mailboxes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consult.accounts import addresses, queries
from consult.accounts.addresses import ChangeLetters
from consult.accounts.attempts import account_letter, ask_for_recent_proof, browser_id, count_attempt
from consult.accounts.errors import LinkStale
from consult.accounts.forms import AddressForm
from consult.accounts.presentation import account_sections
from consult.accounts.rules import ADDRESS_CHANGE_LIMITS
from consult.accounts.values import AttemptKind
from consult.core import clock
from consult.core.access import Need, access, public
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.installation import current_settings
from consult.core.mail import Letter
from consult.core.web.forms import add_error
from consult.core.web.guard import current_actor
from consult.core.web.languages import request_language
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for

blueprint = Blueprint("address", __name__)


@blueprint.route("/account/address", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def change() -> ResponseReturnValue:
    """Ask for a change, or see how far it is; the answer is the same whoever the new address belongs to."""
    if asked := ask_for_recent_proof():
        return asked
    actor, form, now = current_actor(), AddressForm(), clock.real_now()
    with transaction() as session:
        owner = queries.credentials_of(session, actor.person_id or 0)
        under_way = queries.change_under_way(session, actor.person_id or 0, now=now)
    if owner is None:
        raise NotFound
    if form.validate_on_submit():
        new_email = str(form.email.data)
        if new_email != owner.email:
            _ask(owner.email, new_email)
            return redirect(url_for("address.change"), 303)
        add_error(form.email, sentence_for("address_same"))
    html = render_template(
        "accounts/address.html",
        form=form,
        email=owner.email,
        under_way=under_way,
        sections=account_sections("security"),
    )
    return html, 422 if form.is_submitted() else 200


@blueprint.post("/account/address/forget")
@access(Need.SIGNED_IN)
@limited("change")
def forget() -> ResponseReturnValue:
    """Give a change up."""
    with transaction(write=True) as session:
        addresses.forget_change(session, actor=current_actor())
    flash(_("Your address stays as it is."), "success")
    return redirect(url_for("security.page"), 303)


@blueprint.route("/account/address/<token>", methods=["GET", "POST"])
@public
@limited("change")
def confirm(token: str) -> ResponseReturnValue:
    """The link of either mail, in whatever browser: looking changes nothing, the button confirms."""
    with transaction() as session:
        link = queries.address_link(session, token, now=clock.real_now())
    if link is None:
        return render_template("accounts/address_stale.html"), 410
    form = AddressForm()
    if not form.is_submitted():
        # Whoever reads the new mailbox need not know whose account this is.
        shows_old = not link.is_for_new or current_actor().person_id == link.person_id
        return render_template("accounts/address_confirm.html", link=link, form=form, shows_old=shows_old)
    try:
        with transaction(write=True) as session:
            done = addresses.confirm_change(
                session, token=token, browser_session_id=browser_id(), letter=_told, now=clock.real_now()
            )
    except LinkStale:
        return render_template("accounts/address_stale.html"), 410
    return render_template("accounts/address_confirmed.html", done=done)


def _ask(old_email: str, new_email: str) -> None:
    for name in (f"change of {old_email}", f"change to {new_email}"):
        count_attempt(AttemptKind.MAIL, name, also=ADDRESS_CHANGE_LIMITS)
    letters = ChangeLetters(
        to_old=lambda token: _to_old(token, old_email, new_email),
        to_new=lambda token: _to_new(token, new_email),
        to_holder=_to_holder(new_email),
    )
    with transaction(write=True) as session:
        addresses.ask_for_change(
            session,
            actor=current_actor(),
            new_email=new_email,
            language=request_language(),
            letters=letters,
            now=clock.real_now(),
        )


def _to_old(token: str, old_email: str, new_email: str) -> Letter:
    return account_letter(
        subject=_l("Confirm the change of your address on %(site)s", site=_site_name()),
        recipient=old_email,
        language=request_language(),
        paragraphs=(
            _l("Your account is to be opened with the address %(email)s from now on.", email=new_email),
            _l("This takes effect once it is confirmed here and from the new address, within 24 hours."),
            _l(
                "If you did not ask for this, do not confirm it: somebody else is using your account. Sign in, "
                "sign out everywhere else, and change your password if you have one."
            ),
        ),
        endpoint="address.confirm",
        label=_l("See and confirm the change"),
        token=token,
    )


def _to_new(token: str, new_email: str) -> Letter:
    return account_letter(
        subject=_l("Confirm your new address on %(site)s", site=_site_name()),
        recipient=new_email,
        language=request_language(),
        paragraphs=(
            _l("Somebody wants to open their account with this address from now on."),
            _l("This takes effect once it is confirmed here and from the earlier address, within 24 hours."),
            _l("If this was not you, ignore this e-mail: nothing happens."),
        ),
        endpoint="address.confirm",
        label=_l("See and confirm the change"),
        token=token,
    )


def _to_holder(new_email: str) -> Letter:
    return account_letter(
        subject=_l("Confirm your new address on %(site)s", site=_site_name()),
        recipient=new_email,
        language=request_language(),
        paragraphs=(
            _l("Somebody wants to open their account with this address from now on."),
            _l("This is not possible: the address has an account of its own already. Nothing has changed."),
            _l("If this was you, sign in with this address instead, or choose another one."),
        ),
        endpoint="accounts.sign_in",
        label=_l("Sign in"),
    )


def _told(old_email: str, new_email: str, language: str) -> Letter:
    return account_letter(
        subject=_l("Your address on %(site)s has changed", site=_site_name()),
        recipient=old_email,
        language=language,
        paragraphs=(
            _l(
                "Your account is opened with the address %(email)s from now on, as both addresses confirmed.",
                email=new_email,
            ),
            _l("Nobody can sign in with this address any more; every other browser has been signed out."),
            _l("If you did not want this, write to the organisation at once."),
        ),
        endpoint="site.home",
        label=_l("Open the site"),
    )


def _site_name() -> str:
    return current_settings().site_name
