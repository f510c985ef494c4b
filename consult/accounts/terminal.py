"""`consult user disable`, `enable` and `reset-second-factor`: what an operator does about somebody's account."""

from __future__ import annotations

import click
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from consult.accounts import credentials, queries
from consult.accounts.attempts import security_letter
from consult.accounts.errors import BadEmail
from consult.accounts.queries import Credentials
from consult.accounts.rules import normalise_email
from consult.core import clock
from consult.core.db import transaction
from consult.core.errors import OperatorError

_email = click.option("--email", required=True, help="Address the account signs in with.")


@click.command("disable")
@_email
def disable(email: str) -> None:
    """Let somebody sign in no more and end their sessions; what they published stays."""
    with transaction(write=True) as session:
        person_id, _owner = _find(session, email)
        credentials.disable_person(session, person_id=person_id, now=clock.real_now())
    click.echo(f"{email} cannot sign in any more; its sessions are ended.")


@click.command("enable")
@_email
def enable(email: str) -> None:
    """Let somebody sign in again."""
    with transaction(write=True) as session:
        credentials.enable_person(session, person_id=_find(session, email)[0])
    click.echo(f"{email} can sign in.")


@click.command("reset-second-factor")
@_email
def reset_second_factor(email: str) -> None:
    """Forget somebody's lost second factor: make sure first that it is them who ask."""
    with transaction(write=True) as session:
        person_id, owner = _find(session, email)
        letter = security_letter(
            _l("The second factor of your account was reset by those who run this site: it was lost."),
            owner,
        )
        had_one = credentials.reset_second_factor(
            session, person_id=person_id, letter=letter, now=clock.real_now()
        )
    if not had_one:
        raise OperatorError(f"--email: {email} has no second factor")
    click.echo(f"The second factor of {email} is forgotten, its sessions are ended; they have been told by mail.")
    click.echo("If they belong to a team, they set up another one when they sign in.")


def _find(session: Session, email: str) -> tuple[int, Credentials]:
    try:
        person = queries.person_by_email(session, normalise_email(email))
    except BadEmail as error:
        raise OperatorError("--email: write a complete e-mail address") from error
    owner = queries.credentials_of(session, person.id) if person is not None else None
    if person is None or owner is None:
        raise OperatorError(f"--email: nobody signs in with {email}")
    return person.id, owner


user_commands = (disable, enable, reset_second_factor)
