"""What the pages of signing in share: attempts counted, security mails written, recent proof asked for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.accounts import throttles
from consult.accounts.credentials import use_second_factor
from consult.accounts.errors import Busy, TooManyAttempts
from consult.accounts.one_time_codes import is_one_time_code
from consult.accounts.queries import Credentials, must_agree_again
from consult.accounts.rules import hashed_account
from consult.accounts.sessions import recently_proven, this_browser
from consult.accounts.values import AttemptKind, Limit
from consult.core import clock
from consult.core.db import independent_transaction, transaction
from consult.core.installation import current_settings
from consult.core.mail import Letter
from consult.core.networks import hashed_network
from consult.core.web.addresses import external_url, safe_next
from consult.core.web.failures import failure_page
from consult.core.web.languages import request_language, same_page_in
from consult.core.web.letters import write_letter

blueprint = Blueprint("attempts", __name__)
_BUSY_SECONDS = 5
_MAX_PATH = 2000  # longer than any address of ours: what comes from outside is stored, so it has an end


def secret_key() -> bytes:
    """The installation's secret key."""
    return str(current_app.secret_key).encode()


def count_attempt(kind: AttemptKind, account: str, *, also: tuple[Limit, ...] = ()) -> str:
    """Count an attempt at an account from this network, apart from its outcome; returns the account's keyed hash.

    Raises `TooManyAttempts`, which is answered the same whether there is such an account or not. A flood is
    turned away by reading alone. `also` limits this account beside what its kind does.
    """
    now, key = clock.real_now(), secret_key()
    account_hash = hashed_account(account, key=key)
    network_hash = hashed_network(request.remote_addr, key=key, purpose="sign-in")
    with independent_transaction(write=False) as session:
        throttles.require_room(session, kind=kind, account=account_hash, network=network_hash, now=now, also=also)
    with independent_transaction() as session:
        throttles.allow_attempt(session, kind=kind, account=account_hash, network=network_hash, now=now, also=also)
    return account_hash


def ask_for_recent_proof(back: str | None = None) -> ResponseReturnValue | None:
    """Lead to the page that asks again who this is, unless they have shown it within the last quarter of an hour.

    A view that changes how somebody signs in, or erases them, begins with it: `if asked := ask_for_recent_proof():
    return asked`. Afterwards it goes on at `back` (default: the same address, which must then answer to GET).
    """
    if recently_proven():
        return None
    return redirect(url_for("security.confirm", next=back or same_page_in(request_language())), 303)


def welcome_back(person_id: int, onward: str | None) -> ResponseReturnValue:
    """Go on once signed in; first to the conditions, when they have changed since this person agreed to them."""
    with transaction() as session:
        due = must_agree_again(session, person_id)
    if due:
        return redirect(url_for("privacy.conditions", next=onward), 303)
    return redirect(onward or url_for("site.home"), 303)


def onward_path(target: str | None) -> str | None:
    """Where to go once signed in: a path of ours, except the pages of signing in themselves."""
    path = safe_next(target)
    if path is None or len(path) > _MAX_PATH or {"sign-in", "sign-out"} & set(urlsplit(path).path.split("/")):
        return None
    return path


def browser_id() -> int:
    """The id of this browser's stored session; a form that passed its token check has one."""
    return this_browser().browser_id or abort(400)


def use_factor(person_id: int, owner: Credentials, typed: str) -> None:
    """Count an attempt at a person's second factor, then use what was typed; raises `FactorRefused`.

    Recovery codes are counted per browser: nobody guesses one, and whoever has stolen the first factor cannot lock
    its owner out by trying.
    """
    tried = f"person {person_id}" if is_one_time_code(typed) else f"recovery {person_id} {browser_id()}"
    account = count_attempt(AttemptKind.SECOND_FACTOR, tried)
    letter = security_letter(
        _l("A recovery code was used instead of the authenticator. Each recovery code works once."), owner
    )
    with transaction(write=True) as session:
        use_second_factor(
            session,
            person_id=person_id,
            typed=typed,
            key=secret_key(),
            recovery_letter=letter,
            now=clock.real_now(),
        )
        throttles.forgive(session, kind=AttemptKind.SECOND_FACTOR, account=account)


def security_letter(what: LazyString, owner: Credentials) -> Letter:
    """A mail that tells somebody of a change in how they sign in, and what to do if it was not them."""
    return account_letter(
        subject=_l("Security of your account on %(site)s", site=current_settings().site_name),
        recipient=owner.email,
        language=owner.language,
        paragraphs=(
            what,
            _l("If this was you, there is nothing to do."),
            _l("If it was not you, open your account, sign out everywhere else and check how one signs in to it."),
        ),
        endpoint="security.page",
        label=_l("Open my account"),
    )


def account_letter(
    *,
    subject: LazyString,
    recipient: str,
    language: str | None,
    paragraphs: tuple[LazyString, ...],
    endpoint: str | None = None,
    label: LazyString | str = "",
    code: str = "",
    **values: str,
) -> Letter:
    """A mail about somebody's account: what happened or is asked, and one page to open or one code to type."""
    language = language or current_settings().default_language
    return write_letter(
        "account",
        recipient=recipient,
        subject=subject,
        language=language,
        paragraphs=paragraphs,
        link=external_url(endpoint, language, **values) if endpoint else "",
        label=label,
        code=code,
    )


@blueprint.app_errorhandler(TooManyAttempts)
def too_many(error: TooManyAttempts) -> ResponseReturnValue:
    """Say when there is room again."""
    return failure_page(429, headers={"Retry-After": str(error.seconds)})


@blueprint.app_errorhandler(Busy)
def busy(_error: Busy) -> ResponseReturnValue:
    """Answer at once: whoever waited would take a place from readers."""
    return failure_page(
        503,
        _("Many people are signing in with a password at this moment. Wait a few seconds and try again."),
        title=_("Please try again in a moment"),
        headers={"Retry-After": str(_BUSY_SECONDS)},
    )
