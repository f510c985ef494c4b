"""Signing in by mail, the first sign-in, signing out.

Signing in never tells whether an address has an account: every address is written to, and an account is
opened once its holder has shown that the mail arrived.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import logout_user

from consult.accounts import commands, queries
from consult.accounts.errors import CodeRefused, LinkStale
from consult.accounts.forms import CodeForm, EmailForm, WelcomeForm
from consult.accounts.messages import CONSENT
from consult.accounts.rules import CHALLENGE_LIFETIME, MAX_PER_ADDRESS, new_secrets
from consult.accounts.sessions import start_signed_in, this_browser
from consult.accounts.values import CONSENT_DATE, Proof, SignInSecrets
from consult.core import clock
from consult.core.access import Refused, public
from consult.core.db import independent_transaction, transaction
from consult.core.installation import current_settings
from consult.core.mail import Letter
from consult.core.web.addresses import external_url, safe_next
from consult.core.web.forms import add_error
from consult.core.web.guard import current_actor
from consult.core.web.languages import request_language
from consult.core.web.letters import write_letter
from consult.core.web.sentences import sentence_for

blueprint = Blueprint("accounts", __name__)

# What waits in the browser's session: the address that was written to, and the address that was proven.
_ASKED, _PROVEN = "sign_in", "proven"
_PROVEN_LIFETIME = timedelta(minutes=30)
_MAX_PATH = 2000  # longer than any address of ours: what comes from outside is stored, so it has an end


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for an e-mail address, write to it, and answer the same for every address."""
    onward = _onward(request.values.get("next"))
    if current_actor().is_signed_in:
        return redirect(onward or url_for("site.home"), 303)
    form = EmailForm()
    form.next.data = onward or ""
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    email, secrets = str(form.email.data), new_secrets()
    letter = _letter(email, secrets)
    try:
        with transaction(write=True) as session:
            commands.request_sign_in(
                session,
                email=email,
                browser_session_id=_browser_id(),
                next_path=onward,
                secrets=secrets,
                letter=letter,
                key=_key(),
                now=clock.real_now(),
            )
    except Refused as refusal:
        add_error(form.email, sentence_for(refusal.reason))
        return render_template("accounts/sign_in.html", form=form), 429, {"Retry-After": "3600"}
    this_browser()[_ASKED] = {"email": email, "next": onward}
    return redirect(url_for("accounts.code"), 303)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """Say that a mail is on its way, and take the code it carries."""
    asked = this_browser().get(_ASKED)
    if asked is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _proceed(_try_code(str(form.code.data)))
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


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """The link of the mail: looking at it changes nothing (mail scanners do), its button signs in."""
    try:
        if request.method == "POST":
            with transaction(write=True) as session:
                proof = commands.use_link(
                    session, token=token, browser_session_id=_browser_id(), now=clock.real_now()
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
            browser_session_id=_browser_id(),
            now=clock.now(),
            signed_in_at=clock.real_now(),
        )
    start_signed_in(person_id)
    flash(_("Hello %(name)s, your account is open.", name=form.display_name.data), "success")
    return redirect(_onward(proven["next"]) or url_for("site.home"), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session on the server and delete its cookie."""
    logout_user()
    this_browser().clear()
    return redirect(url_for("site.home"), 303)


def _try_code(typed: str) -> Proof:
    """Count the attempt first, apart from its outcome, then use the code."""
    now, browser_id = clock.real_now(), _browser_id()
    with independent_transaction() as session:
        challenge_id = commands.begin_attempt(session, browser_session_id=browser_id, now=now)
    with transaction(write=True) as session:
        return commands.use_code(
            session, challenge_id=challenge_id, browser_session_id=browser_id, code=typed, key=_key(), now=now
        )


def _proceed(proof: Proof) -> ResponseReturnValue:
    """Go on from a proven address: into the account, or to the questions of a first sign-in."""
    onward = _onward(proof.next_path)
    if proof.person_id is not None:
        start_signed_in(proof.person_id)
        flash(_("Hello %(name)s, you are signed in.", name=proof.display_name), "success")
        return redirect(onward or url_for("site.home"), 303)
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


def _onward(target: str | None) -> str | None:
    """Where to go once signed in: a path of ours, except the pages of signing in themselves."""
    path = safe_next(target)
    if path is None or len(path) > _MAX_PATH or {"sign-in", "sign-out"} & set(urlsplit(path).path.split("/")):
        return None
    return path


def _browser_id() -> int:
    """The id of this browser's stored session; a form that passed its token check has one."""
    return this_browser().browser_id or abort(400)


def _mailbox_url() -> str | None:
    settings = current_settings()
    return url_for("site.mailbox") if settings.demonstration and not settings.mail_url else None


def _site_name() -> str:
    return current_settings().site_name


def _key() -> bytes:
    return str(current_app.secret_key).encode()


def _minutes() -> int:
    return int(CHALLENGE_LIFETIME.total_seconds()) // 60
