"""How somebody signs in: password, open sessions, showing again who they are; and the mails they get."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm

from consult.accounts import commands, credentials, queries
from consult.accounts.attempts import (
    account_letter,
    ask_for_recent_proof,
    browser_id,
    count_attempt,
    onward_path,
    secret_key,
    security_letter,
    use_factor,
)
from consult.accounts.errors import BadPassword, CodeRefused, FactorRefused
from consult.accounts.forms import (
    ChangePasswordForm,
    CodeForm,
    FactorForm,
    FirstPasswordForm,
    MailsForm,
    PasswordForm,
)
from consult.accounts.passwords import accept_password, hash_password, is_password, normalise_password
from consult.accounts.presentation import account_sections
from consult.accounts.queries import Credentials
from consult.accounts.rules import new_secrets
from consult.accounts.sessions import mark_proven, this_browser
from consult.accounts.values import AttemptKind, MailKind, Purpose
from consult.core import clock
from consult.core.access import Need, Refused, access
from consult.core.db import independent_transaction, transaction
from consult.core.errors import Invalid, NotFound
from consult.core.installation import current_settings
from consult.core.web.forms import place
from consult.core.web.guard import current_actor
from consult.core.web.languages import request_language
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for

blueprint = Blueprint("security", __name__)
_CONFIRMING = "confirming"  # a code to show again who one is was sent


@blueprint.get("/account/security")
@access(Need.SIGNED_IN)
def page() -> ResponseReturnValue:
    """How one signs in, and what can be changed about it."""
    return render_template(
        "accounts/security.html",
        owner=_owner(),
        is_team=current_actor().is_team,
        form=FlaskForm(),
        sections=account_sections("security"),
    )


# --- the password


@blueprint.route("/account/password", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def password() -> ResponseReturnValue:
    """Set a password, or change it."""
    if asked := ask_for_recent_proof():
        return asked
    owner = _owner()
    form: FirstPasswordForm | ChangePasswordForm = (
        FirstPasswordForm() if owner.password_hash is None else ChangePasswordForm()
    )
    if form.validate_on_submit():
        try:
            hashed = _new_hash(form, owner)
        except Invalid as error:
            place(form, error)
        else:
            _store_password(hashed, _l("The password of your account was set or changed."), owner)
            flash(_("Your password is set. Other browsers are signed out."), "success")
            return redirect(url_for("security.page"), 303)
    html = render_template(
        "accounts/set_password.html",
        form=form,
        has_password=owner.password_hash is not None,
        sections=account_sections("security"),
    )
    return html, 422 if form.is_submitted() else 200


@blueprint.post("/account/password/remove")
@access(Need.SIGNED_IN)
@limited("change")
def remove_password() -> ResponseReturnValue:
    """Sign in by mail only, from now on."""
    if asked := ask_for_recent_proof(url_for("security.page")):
        return asked
    _store_password(None, _l("The password of your account was removed."), _owner())
    flash(_("Your password is removed: you sign in by e-mail."), "success")
    return redirect(url_for("security.page"), 303)


def _new_hash(form: FirstPasswordForm | ChangePasswordForm, owner: Credentials) -> str:
    """Check both passwords and hash the new one, outside of any transaction; raises `Invalid`."""
    if isinstance(form, ChangePasswordForm):
        count_attempt(AttemptKind.PASSWORD, owner.email)
        if not is_password(normalise_password(str(form.current.data)), owner.password_hash):
            raise Invalid("current", "password_wrong")
    settings, actor = current_settings(), current_actor()
    context = (settings.site_name, settings.base_url, owner.email, actor.display_name)
    try:
        return hash_password(accept_password(str(form.password.data), context=context))
    except BadPassword as error:
        raise Invalid("password", error.code) from error


def _store_password(hashed: str | None, what: LazyString, owner: Credentials) -> None:
    with transaction(write=True) as session:
        credentials.set_password(
            session,
            actor=current_actor(),
            password_hash=hashed,
            browser_id=browser_id(),
            letter=security_letter(what, owner),
            now=clock.real_now(),
        )
    this_browser().renew()


# --- showing again who one is


@blueprint.route("/account/confirm", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def confirm() -> ResponseReturnValue:
    """Ask for the strongest proof that a person has: second factor, password, or else a code sent by mail."""
    onward = onward_path(request.values.get("next")) or url_for("security.page")
    owner = _owner()
    by_mail = not owner.has_second_factor and (owner.password_hash is None or request.values.get("by") == "mail")
    form: FactorForm | PasswordForm | CodeForm = (
        FactorForm() if owner.has_second_factor else CodeForm() if by_mail else PasswordForm()
    )
    if form.validate_on_submit():
        try:
            _show_again(form, owner)
        except (FactorRefused, CodeRefused, Invalid) as error:
            place(form, error)
        else:
            this_browser().pop(_CONFIRMING, None)
            mark_proven(second_factor=isinstance(form, FactorForm))
            return redirect(onward, 303)
    html = render_template(
        "accounts/confirm_again.html",
        form=form,
        email=owner.email,
        onward=onward,
        by_mail=by_mail,
        has_second_factor=owner.has_second_factor,
        sent=by_mail and bool(this_browser().get(_CONFIRMING)),
        sections=account_sections(""),
    )
    return html, 422 if form.is_submitted() else 200


@blueprint.post("/account/confirm/mail")
@access(Need.SIGNED_IN)
@limited("change")
def send_confirmation() -> ResponseReturnValue:
    """Send the code that shows again who one is."""
    owner, secrets = _owner(), new_secrets()
    count_attempt(AttemptKind.MAIL, owner.email)
    letter = account_letter(
        subject=_l("Your code for %(site)s", site=current_settings().site_name),
        recipient=owner.email,
        language=request_language(),
        paragraphs=(
            _l("Enter this code on the page where you asked for it, to show that it is you:"),
            _l("It works once, for ten minutes. Never pass it on to anyone, not even to us."),
        ),
        code=secrets.code,
    )
    try:
        with transaction(write=True) as session:
            commands.request_sign_in(
                session,
                email=owner.email,
                browser_session_id=browser_id(),
                next_path=None,
                secrets=secrets,
                letter=letter,
                key=secret_key(),
                now=clock.real_now(),
                purpose=Purpose.CONFIRM,
            )
    except Refused as refusal:
        flash(sentence_for(refusal.reason), "warning")
    else:
        this_browser()[_CONFIRMING] = True
    return redirect(url_for("security.confirm", by="mail", next=onward_path(request.form.get("next"))), 303)


def _show_again(form: FactorForm | PasswordForm | CodeForm, owner: Credentials) -> None:
    """Check what was typed; raises `FactorRefused`, `CodeRefused` or `Invalid`."""
    if isinstance(form, FactorForm):
        use_factor(current_actor().person_id or 0, owner, str(form.code.data))
    elif isinstance(form, PasswordForm):
        count_attempt(AttemptKind.PASSWORD, owner.email)
        if not is_password(normalise_password(str(form.password.data)), owner.password_hash):
            raise Invalid("password", "password_wrong")
    else:
        _use_mailed_code(str(form.code.data), owner)


def _use_mailed_code(typed: str, owner: Credentials) -> None:
    now, browser = clock.real_now(), browser_id()
    # Not under the address, as at a sign-in: strangers could use that up.
    count_attempt(AttemptKind.CODE, f"person {current_actor().person_id}")
    with independent_transaction() as session:
        challenge_id = commands.begin_attempt(
            session, email=owner.email, browser_session_id=browser, now=now, purpose=Purpose.CONFIRM
        )
    with transaction(write=True) as session:
        commands.confirm_with_code(
            session, challenge_id=challenge_id, browser_session_id=browser, code=typed, key=secret_key(), now=now
        )


# --- sessions


@blueprint.get("/account/sessions")
@access(Need.SIGNED_IN)
def sessions() -> ResponseReturnValue:
    """The browsers one is signed in with."""
    actor = current_actor()
    with transaction() as session:
        found = queries.open_sessions(session, actor.person_id or 0, team=actor.is_team, now=clock.real_now())
    return render_template(
        "accounts/sessions.html",
        open_sessions=found,
        here=this_browser().browser_id,
        form=FlaskForm(),
        is_team=actor.is_team,
        sections=account_sections("sessions"),
    )


@blueprint.post("/account/sessions/<int:browser>/end")
@access(Need.SIGNED_IN)
@limited("change")
def end_session(browser: int) -> ResponseReturnValue:
    """Sign out one browser; somebody else's is not found."""
    with transaction(write=True) as session:
        ended = commands.end_session_of_person(
            session, person_id=current_actor().person_id or 0, browser_id=browser
        )
    if not ended:
        raise NotFound
    flash(_("This browser is signed out."), "success")
    return redirect(url_for("security.sessions"), 303)


@blueprint.post("/account/sessions/end-others")
@access(Need.SIGNED_IN)
@limited("change")
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    with transaction(write=True) as session:
        commands.end_sessions_of_person(
            session, person_id=current_actor().person_id or 0, except_browser_id=browser_id()
        )
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("security.sessions"), 303)


# --- mails


@blueprint.route("/account/notifications", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def notifications() -> ResponseReturnValue:
    """Which mails one gets."""
    actor, form = current_actor(), MailsForm()
    if form.validate_on_submit():
        with transaction(write=True) as session:
            commands.choose_mails(session, actor=actor, wanted=[MailKind(kind) for kind in form.wanted.data or ()])
        flash(_("Your choice is saved."), "success")
        return redirect(url_for("security.notifications"), 303)
    if not form.is_submitted():
        with transaction() as session:
            wanted = queries.wanted_mails(session, actor.person_id or 0)
        form.wanted.data = [kind.value for kind in wanted]
    html = render_template("accounts/notifications.html", form=form, sections=account_sections("notifications"))
    return html, 422 if form.is_submitted() else 200


def _owner() -> Credentials:
    with transaction() as session:
        found = queries.credentials_of(session, current_actor().person_id or 0)
    if found is None:
        raise NotFound
    return found
