"""What one may do with what is held on one: take it along, or have it erased."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from consult.accounts import commands as accounts
from consult.accounts.attempts import ask_for_recent_proof, onward_path
from consult.accounts.messages import CONDITIONS
from consult.accounts.presentation import account_sections
from consult.accounts.sessions import this_browser
from consult.accounts.values import CONSENT_DATE, CONSENT_VERSION
from consult.core import clock
from consult.core.access import Need, Refused, access, public
from consult.core.db import independent_transaction, transaction
from consult.core.errors import NotFound, OperatorError
from consult.core.installation import current_settings
from consult.core.web.downloads import download
from consult.core.web.guard import current_actor
from consult.core.web.languages import current_language
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.privacy import commands, queries
from consult.privacy.exports import Conditions, Words, archive
from consult.privacy.forms import AgreeForm, DownloadForm, EraseForm
from consult.privacy.messages import conditions_of
from consult.privacy.queries import Subject
from consult.privacy.traces import clear_traces

log = logging.getLogger(__name__)
blueprint = Blueprint("privacy", __name__)


@blueprint.route("/account/data", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("export")
def data() -> ResponseReturnValue:
    """Everything that is held on who asks, as one file."""
    if asked := ask_for_recent_proof(url_for("privacy.data")):
        return asked
    form = DownloadForm()
    tables = queries.tables_about_people()
    if not form.validate_on_submit():
        page = render_template(
            "privacy/data.html",
            form=form,
            tables=[held.mapped for held in tables],
            language=current_language(),
            sections=account_sections("data"),
        )
        return page, 422 if form.is_submitted() else 200
    with transaction() as session:
        subject = _subject(queries.get_subject(session, current_actor().person_id or 0))
        versions = queries.consents_of(session, subject.person_id)
        consultations = queries.consultations_of(session, subject.person_id)
    words, conditions = _words(), tuple(Conditions(version, conditions_of(version)) for version in versions)

    def pieces() -> Iterator[bytes]:
        with independent_transaction(write=False) as session:
            yield from archive(
                tables,
                lambda held: queries.rows_of(session, held, subject),
                words=words,
                conditions=conditions,
                consultations=consultations,
                made_at=clock.real_now(),
            )

    response = make_response(download(pieces, name=f"{_('my-data')}.zip", mimetype="application/zip"))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/account/conditions", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def conditions() -> ResponseReturnValue:
    """Ask again after a sign-in when the conditions have changed since."""
    form = AgreeForm()
    onward = onward_path(request.values.get("next")) or url_for("site.home")
    form.next.data = onward
    if form.validate_on_submit():
        with transaction(write=True) as session:
            accounts.agree_to_conditions(session, actor=current_actor(), now=clock.now())
        flash(_("Thank you: you have agreed to the new conditions."), "success")
        return redirect(onward, 303)
    page = render_template(
        "privacy/conditions.html",
        form=form,
        version=CONSENT_VERSION,
        sentences=conditions_of(CONSENT_VERSION),
        valid_from=CONSENT_DATE,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/consent/<version>")
@public
def consent(version: str) -> ResponseReturnValue:
    """A version of the conditions, as people agreed to it; every one stays readable."""
    sentences = conditions_of(version)
    if not sentences:
        raise NotFound
    return render_template(
        "privacy/consent.html",
        version=version,
        sentences=sentences,
        valid_from=date.fromisoformat(version),
        versions=[date.fromisoformat(known) for known in CONDITIONS],
    )


@blueprint.route("/account/erase", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def erase() -> ResponseReturnValue:
    """Say what goes and what stays, ask for the address, then erase the account."""
    if asked := ask_for_recent_proof(url_for("privacy.erase")):
        return asked
    actor, now = current_actor(), clock.now()
    with transaction() as session:
        subject = _subject(queries.get_subject(session, actor.person_id or 0))
        has_open_texts = queries.has_open_texts(session, subject.person_id, now=now)
        last = queries.is_last_administrator(session, subject.person_id)
    form = EraseForm(email=subject.email or "", has_open_texts=has_open_texts)
    refusal = sentence_for("last_administrator") if last else None
    if refusal is None and form.validate_on_submit():
        try:
            return _erased(form.keeps_texts)
        except Refused as error:
            refusal = sentence_for(error.reason)
    page = render_template(
        "privacy/erase.html",
        form=form,
        email=subject.email,
        has_open_texts=has_open_texts,
        refusal=refusal,
        sections=account_sections("data"),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/account/erased")
@public
def erased() -> ResponseReturnValue:
    """What somebody reads who has just gone: nobody is known here any more."""
    return render_template("privacy/erased.html")


def _erased(keep_texts: bool) -> ResponseReturnValue:
    with transaction(write=True) as session:
        account = commands.erase_account(session, actor=current_actor(), keep_texts=keep_texts, now=clock.now())
    try:
        clear_traces(current_settings(), [account])
    except OperatorError as error:
        # The account is gone; the task that completes the list finds it.
        log.error("erasure.not_listed", extra={"error": type(error.__cause__).__name__})
    logout_user()
    this_browser().clear()
    return redirect(url_for("privacy.erased"), 303)


def _subject(found: Subject | None) -> Subject:
    if found is None:
        raise NotFound
    return found


def _words() -> Words:
    return Words(
        language=current_language(),
        title=_("What is held on you"),
        introduction=_(
            "Everything this site holds on you, by kind. Secrets of your sign-in and other people are named as "
            "such, not shown. The same is in data.json and in a CSV file per kind."
        ),
        nothing=_("Nothing is held here."),
        kept=_("Kept:"),
        conditions=_("The conditions you agreed to"),
    )
