"""Signing in by mail or with a password, the first sign-in, signing out.

Signing in never tells whether an address has an account: every address is written to, and an account is
opened once its holder has shown that the mail arrived. A password is checked for every address, with the same
work, statements and words.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import logout_user

from consult.accounts import commands, queries, throttles
from consult.accounts.attempts import (
    browser_id,
    count_attempt,
    onward_path,
    secret_key,
    security_letter,
    welcome_back,
)
from consult.accounts.credentials import sign_in_with_password
from consult.accounts.errors import CodeRefused, LinkStale, SignInRefused
from consult.accounts.forms import CodeForm, EmailForm, PasswordSignInForm, WelcomeForm
from consult.accounts.messages import CONSENT
from consult.accounts.passwords import is_password, normalise_password
from consult.accounts.queries import Credentials
from consult.accounts.rules import CHALLENGE_LIFETIME, MAX_PER_ADDRESS, new_secrets
from consult.accounts.sessions import start_signed_in, this_browser, this_device
from consult.accounts.values import CONSENT_DATE, AttemptKind, Proof, SignInSecrets
from consult.core import clock
from consult.core.access import Refused, public
from consult.core.db import independent_transaction, transaction
from consult.core.installation import current_settings
from consult.core.mail import Letter
from consult.core.web.addresses import external_url
from consult.core.web.forms import add_error, place
from consult.core.web.guard import current_actor
from consult.core.web.languages import request_language
from consult.core.web.letters import write_letter
from consult.core.web.limits import limited
from consult.core.web.people import from_people
from consult.core.web.sentences import sentence_for

blueprint = Blueprint("accounts", __name__)

# What waits in the browser's session: the address that was written to, and the address that was proven.
_ASKED, _PROVEN = "sign_in", "proven"
_PROVEN_LIFETIME = timedelta(minutes=30)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@from_people("sign_in")
@limited("sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for an e-mail address, write to it, and answer the same for every address."""
    onward = onward_path(request.values.get("next"))
    if gone := _already_under_way(onward):
        return gone
    form = EmailForm()
    form.next.data = onward or ""
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    email, secrets = str(form.email.data), new_secrets()
    count_attempt(AttemptKind.MAIL, email)
    letter = _letter(email, secrets)
    try:
        with transaction(write=True) as session:
            commands.request_sign_in(
                session,
                email=email,
                browser_session_id=browser_id(),
                next_path=onward,
                secrets=secrets,
                letter=letter,
                key=secret_key(),
                now=clock.real_now(),
            )
    except Refused as refusal:
        add_error(form.email, sentence_for(refusal.reason))
        return render_template("accounts/sign_in.html", form=form), 429, {"Retry-After": "3600"}
    this_browser()[_ASKED] = {"email": email, "next": onward}
    return redirect(url_for("accounts.code"), 303)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
@limited("sign-in")
def code() -> ResponseReturnValue:
    """Say that a mail is on its way, and take the code it carries."""
    asked = this_browser().get(_ASKED)
    if asked is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _proceed(_try_code(asked["email"], str(form.code.data)))
        except CodeRefused as error:
            add_error(form.code, sentence_for(error.code))
    page = render_template(
        "accounts/code.html",
        form=form,
        again=EmailForm(formdata=None, data=asked),
        email=asked["email"],
        minutes=_minutes(),
        mails_per_hour=MAX_PER_ADDRESS,
        mailbox_url=_mailbox_url(),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@public
@from_people(
    "sign_in", proof_when=lambda: False
)  # a page that waits instead of a proof could not keep the password
@limited("sign-in")
def password() -> ResponseReturnValue:
    """Sign in with an address and its password; what is wrong with them is not told."""
    onward = onward_path(request.values.get("next"))
    if gone := _already_under_way(onward):
        return gone
    form = PasswordSignInForm()
    form.next.data = onward or ""
    if form.validate_on_submit():
        try:
            return _proceed(_try_password(str(form.email.data), str(form.password.data), onward))
        except SignInRefused as error:
            place(form, error)
    return render_template("accounts/password.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """The link of the mail: looking at it changes nothing (mail scanners do), its button signs in."""
    try:
        if request.method == "POST":
            with transaction(write=True) as session:
                proof = commands.use_link(
                    session, token=token, browser_session_id=browser_id(), now=clock.real_now()
                )
            return _proceed(proof)
        with transaction() as session:
            email = queries.address_of_link(session, token, now=clock.real_now())
        if email is None:
            raise LinkStale
    except LinkStale:
        return render_template("accounts/link_stale.html"), 410
    return render_template("accounts/confirm.html", email=email)


@blueprint.route("/sign-in/welcome", methods=["GET", "POST"])
@public
@from_people("welcome")
@limited("account")
def welcome() -> ResponseReturnValue:
    """A first sign-in: ask a proven address for a name and the consent, then open its account."""
    proven = this_browser().get(_PROVEN)
    if proven is None:
        return redirect(url_for("accounts.sign_in"), 303)
    if clock.real_now() >= datetime.fromisoformat(proven["until"]):
        flash(_("Please sign in again: too much time has gone by."), "info")
        return redirect(url_for("accounts.sign_in", next=proven["next"]), 303)
    form = WelcomeForm()
    if not form.validate_on_submit():
        page = render_template(
            "accounts/welcome.html", form=form, email=proven["email"], conditions=CONSENT, valid_from=CONSENT_DATE
        )
        return page, 422 if form.is_submitted() else 200
    with transaction(write=True) as session:
        person_id = commands.complete_first_sign_in(
            session,
            email=proven["email"],
            display_name=str(form.display_name.data),
            language=request_language(),
            browser_session_id=browser_id(),
            now=clock.now(),
            signed_in_at=clock.real_now(),
        )
    start_signed_in(person_id)
    if current_actor().pending_second_factor:  # an operator opened this account meanwhile
        return redirect(url_for("second_factor.challenge", next=onward_path(proven["next"])), 303)
    flash(_("Hello %(name)s, your account is open.", name=form.display_name.data), "success")
    return redirect(onward_path(proven["next"]) or url_for("site.home"), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session on the server and delete its cookie."""
    logout_user()
    this_browser().clear()
    return redirect(url_for("site.home"), 303)


def _already_under_way(onward: str | None) -> ResponseReturnValue | None:
    """Where somebody goes who has signed in, or has only their second factor left to show."""
    actor = current_actor()
    if actor.is_signed_in:
        return redirect(onward or url_for("site.home"), 303)
    if actor.pending_second_factor:
        return redirect(url_for("second_factor.challenge", next=onward), 303)
    return None


def _try_code(email: str, typed: str) -> Proof:
    """Count the attempt first, apart from its outcome, then use the code."""
    now, browser = clock.real_now(), browser_id()
    account = count_attempt(AttemptKind.CODE, email)
    with independent_transaction() as session:
        challenge_id = commands.begin_attempt(session, email=email, browser_session_id=browser, now=now)
    with transaction(write=True) as session:
        proof = commands.use_code(
            session, challenge_id=challenge_id, browser_session_id=browser, code=typed, key=secret_key(), now=now
        )
        throttles.forgive(session, kind=AttemptKind.CODE, account=account)
    return proof


def _try_password(email: str, typed: str, onward: str | None) -> Proof:
    """Count the attempt, hash outside of any transaction, then sign in; an unknown address takes the same way."""
    account = count_attempt(AttemptKind.PASSWORD, email)
    with transaction() as session:
        found = queries.password_of(session, email)
    if not is_password(normalise_password(typed), found.password_hash):
        raise SignInRefused
    letter = security_letter(
        _l(
            "Somebody signed in with your password, from a browser that you were not signed in with: %(device)s.",
            device=this_device() or "?",
        ),
        Credentials(email, found.language),
    )
    with transaction(write=True) as session:
        throttles.forgive(session, kind=AttemptKind.PASSWORD, account=account)
        return sign_in_with_password(
            session,
            person_id=found.person_id or 0,
            verified_hash=found.password_hash or "",
            browser_session_id=browser_id(),
            device=this_device(),
            next_path=onward,
            letter=letter,
            now=clock.real_now(),
        )


def _proceed(proof: Proof) -> ResponseReturnValue:
    """Go on from a proven address: to the second factor, into the account, or to a first sign-in's questions."""
    onward = onward_path(proof.next_path)
    if proof.person_id is not None:
        start_signed_in(proof.person_id, second_factor=proof.both_factors and current_settings().demonstration)
        if current_actor().pending_second_factor:
            return redirect(url_for("second_factor.challenge", next=onward), 303)
        flash(_("Hello %(name)s, you are signed in.", name=proof.display_name), "success")
        return welcome_back(proof.person_id, onward)
    browser = this_browser()
    browser.clear()
    until = clock.real_now() + _PROVEN_LIFETIME
    browser[_PROVEN] = {"email": proof.email, "next": onward, "until": until.isoformat()}
    browser.renew()
    return redirect(url_for("accounts.welcome"), 303)


def _letter(email: str, secrets: SignInSecrets) -> Letter:
    language = request_language()
    return write_letter(
        "sign_in",
        recipient=email,
        subject=_l("Sign in to %(site)s: your link and your code", site=_site_name()),
        language=language,
        link=external_url("accounts.confirm", language, token=secrets.token),
        code=secrets.code,
        minutes=_minutes(),
    )


def _mailbox_url() -> str | None:
    settings = current_settings()
    return url_for("site.mailbox") if settings.demonstration and not settings.mail_url else None


def _site_name() -> str:
    return current_settings().site_name


def _minutes() -> int:
    return int(CHALLENGE_LIFETIME.total_seconds()) // 60
