"""Who is behind a request: the person of the browser's session with their roles."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager, UserMixin

from consult.accounts import queries as accounts
from consult.accounts.sessions import configure_sessions
from consult.core.access import Actor
from consult.core.db import independent_transaction
from consult.organisations import queries as organisations
from consult.settings import Settings


class SignedIn(UserMixin):
    """Flask-Login's user: the actor, and the id that the session stores."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.id = str(actor.person_id)


def configure_identity(app: Flask, settings: Settings) -> None:
    """Server-side sessions and the loader of signed-in people."""
    configure_sessions(app, settings)
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # templates get `page`: no template asks the database
    manager.session_protection = None  # the session itself is on the server and renewed at sign-in
    manager.user_loader(load_user)


def load_user(user_id: str) -> SignedIn | None:
    """The signed-in person with their roles; None once the account is gone."""
    with independent_transaction(write=False) as session:
        person = accounts.get_person(session, int(user_id))
        if person is None:
            return None
        roles = organisations.roles_of(session, person.id)
    return SignedIn(
        Actor(
            person_id=person.id,
            display_name=person.display_name,
            is_administrator=person.is_administrator,
            roles=roles,
        )
    )
