"""Who is behind a request: the person of the browser's session with their roles."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager, UserMixin

from consult.accounts import queries as accounts
from consult.accounts.rules import is_over
from consult.accounts.sessions import ServerSession, configure_sessions, this_browser
from consult.core import clock
from consult.core.access import Actor
from consult.core.db import independent_transaction
from consult.organisations import queries as organisations
from consult.settings import Settings


class SignedIn(UserMixin):
    """Flask-Login's user: the actor, and the id that the session stores."""

    def __init__(self, actor: Actor, person_id: int) -> None:
        self.actor = actor
        self.id = str(person_id)


def configure_identity(app: Flask, settings: Settings) -> None:
    """Server-side sessions and the loader of signed-in people."""
    configure_sessions(app, settings)
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # templates get `page`: no template asks the database
    manager.session_protection = None  # the session itself is on the server and renewed at sign-in
    manager.user_loader(load_user)


def load_user(user_id: str) -> SignedIn | None:
    """The signed-in person with their roles; None once the account is gone or disabled, or the session too old.

    Teams, and whoever has a second factor, are not signed in before they have shown it: a visitor until then.
    """
    browser = this_browser()
    with independent_transaction(write=False) as session:
        person = accounts.identity_of(session, int(user_id))
        roles = organisations.roles_of(session, person.id) if person else {}
    is_team = person is not None and (person.is_administrator or bool(roles))
    if person is None or person.is_disabled or _is_over(browser, team=is_team):
        browser.clear()
        return None
    standing = browser.standing
    if (is_team or person.has_second_factor) and (standing is None or standing.second_factor_at is None):
        return SignedIn(Actor(pending_person_id=person.id), person.id)
    actor = Actor(
        person_id=person.id,
        display_name=person.display_name,
        is_administrator=person.is_administrator,
        roles=roles,
    )
    return SignedIn(actor, person.id)


def _is_over(browser: ServerSession, *, team: bool) -> bool:
    standing = browser.standing
    now = clock.real_now()
    return standing is None or is_over(standing, browser.seen_at or now, team=team, now=now)
