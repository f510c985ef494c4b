"""Forms that people fill in and robots would like to: a field nobody sees, a minimum time, a proof of work.

A form carries its marks (`components/forms.html`, macro `marks`), its view is declared `@from_people(...)`. What
is refused is answered before the view runs by a page that keeps what was typed and says what to do: nobody is shut
out, and there is no picture and no puzzle. The marks are signed and need no cookie beyond the form's own token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from consult.core import clock
from consult.core.html import printable
from consult.core.installation import current_settings
from consult.core.web import proof
from consult.core.web.again import TRAP, ask_again
from consult.core.web.limits import count
from consult.core.web.proof import Waiting

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
STAMP = "stamp"
# A form that is older is sent once more with a new stamp: a stamp is not for ever.
_OLDEST = timedelta(hours=24)
# For which forms the setting asks for a proof of work.
_PROOFS = {"sign_in": {"sign-in", "all"}, "contribution": {"all"}}


@dataclass(frozen=True)
class Marks:
    """What a form carries: the name of the field nobody sees, when it was made, and what is to be computed."""

    trap: str
    stamp: str
    challenge: str | None


def _always() -> bool:
    return True


def from_people(
    purpose: str, *, when: Callable[[], bool] = _always, proof_when: Callable[[], bool] = _always
) -> Callable[[View], View]:
    """Declare that an endpoint's form is sent by people: it has to bring the marks for `purpose`.

    `when` leaves requests out; `proof_when` those that need no proof of work (of known authors).
    """

    def declare(view: View) -> View:
        @wraps(view)
        def checked(*arguments: object, **values: object) -> ResponseReturnValue:
            refusal = _refusal(purpose, proof_when) if request.method == "POST" and when() else None
            return view(*arguments, **values) if refusal is None else refusal

        checked.consult_marks = purpose  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return declare


def declared_marks(view: Callable[..., object]) -> str | None:
    """The purpose for which an endpoint's form has to bring its marks, or None."""
    return getattr(view, "consult_marks", None)


def configure_people(app: Flask) -> None:
    """Give templates `form_marks(purpose, asks_proof)`."""

    @app.template_global()
    def form_marks(purpose: str, asks_proof: bool = True) -> Marks:
        now = clock.real_now()
        wanted = asks_proof and asks_for_proof(purpose)
        return Marks(TRAP, _stamp(purpose, now), proof.new_challenge(purpose, now) if wanted else None)


def asks_for_proof(purpose: str) -> bool:
    """True when the settings ask for a proof of work in forms of this purpose."""
    return current_settings().resolved_proof_of_work in _PROOFS.get(purpose, ())


def _refusal(purpose: str, proof_when: Callable[[], bool]) -> ResponseReturnValue | None:
    now = clock.real_now()
    if request.form.get(TRAP):
        return _once_more(
            _(
                "A field that people do not see was filled in, as robots do. Perhaps a program fills in forms for "
                "you. Check what you typed, then send it again."
            ),
            {STAMP: _stamp(purpose, now)},
        )
    fewest = current_settings().resolved_form_seconds
    if fewest:
        made = _made_at(purpose, request.form.get(STAMP, ""))
        if made is None or now - made > _OLDEST:
            return _once_more(
                _("This form had been open for very long. Check what you typed, then send it again."),
                {STAMP: _stamp(purpose, now)},
            )
        if now - made < timedelta(seconds=fewest):
            return _once_more(
                _(
                    "This form came back within a moment, as forms do that robots fill in. Check what you typed, "
                    "wait a few seconds, then send it again."
                ),
                {STAMP: request.form[STAMP]},
            )
    if asks_for_proof(purpose) and proof_when() and not proof.is_proven(purpose, now):
        return _wait(purpose, now)
    return None


def _once_more(text: str, marks: dict[str, str]) -> ResponseReturnValue:
    if request.form.get(proof.PROOF):  # not looked at yet, so it is still good
        marks = {**marks, proof.PROOF: printable(request.form[proof.PROOF])}
    return ask_again(422, text, title=_("Please send this once more"), marks=marks)


def _wait(purpose: str, now: datetime) -> ResponseReturnValue:
    """The way without a proof: the same form after a pause, single use."""
    found = proof.waiting(purpose, now)
    if isinstance(found, Waiting):
        text = _("That was a little early: wait %(num)s more seconds, then send it again.", num=found.seconds_left)
        ticket = found.ticket
    else:
        seconds = count("waiting")
        if seconds:
            return ask_again(429, seconds=seconds)
        text = _(
            "To keep robots out, your browser works out a small proof while you type. This form came without one: "
            "perhaps scripts are switched off. Wait %(num)s seconds, then send it again. That is all.",
            num=proof.PAUSE,
        )
        ticket = proof.new_ticket(purpose, now)
    marks = {STAMP: _stamp(purpose, now), proof.TICKET: ticket}
    return ask_again(422, text, title=_("One moment, please"), marks=marks)


def _stamp(purpose: str, now: datetime) -> str:
    return str(_signer().dumps([purpose, int(now.timestamp() * 1000)]))


def _made_at(purpose: str, stamp: str) -> datetime | None:
    """When a form was made; None for a stamp that is not ours or of another form."""
    try:
        found, moment = _signer().loads(stamp)
    except (BadData, ValueError, TypeError):
        return None
    if found != purpose:
        return None
    return datetime.fromtimestamp(moment / 1000, tz=clock.real_now().tzinfo)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="consult form stamp")
