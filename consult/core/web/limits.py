"""How often an act may be repeated: the one table, and the decorator that names an endpoint's line of it.

Each act is counted three times: for the account, for the client's address (IPv4, the /64 of IPv6) and for the
network around it (the /24 of IPv4, the /48 of IPv6), in this order: what one refuses is not counted for the next,
so that nobody uses up what their neighbours share. The last two are far wider than the first: a library, a school
or an office shares one address. `CONSULT_LIMITS` multiplies them all: 2 for a meeting in one hall, 0 for none.

Pages that are read are not limited, but for those that cost much (search, downloads), which the memory of each
process counts: reading never writes. Signing in has throttles of its own as well, in accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from consult.core import clock
from consult.core.limits import Limiter, build_storage
from consult.core.networks import neighbourhood_of, network_of
from consult.core.web.again import ask_again
from consult.core.web.guard import current_actor
from consult.settings import Settings

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_EXTENSION = "consult_limiter"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Limit:
    """How often: per account, per address, per network. `stored` counts outlive a restart and are shared."""

    account: str
    address: str
    network: str
    stored: bool = True


LIMITS: Mapping[str, Limit] = {
    # Acts of citizens.
    "contribution": Limit("5 per 10 minutes; 30 per day", "60 per 10 minutes", "240 per 10 minutes"),
    "comment": Limit("15 per 10 minutes; 120 per day", "180 per 10 minutes", "720 per 10 minutes"),
    "support": Limit("60 per minute; 1500 per day", "600 per minute", "2400 per minute"),
    "report": Limit("10 per 10 minutes; 40 per day", "60 per 10 minutes", "240 per 10 minutes"),
    # Changes to what is one's own: edits, withdrawals, the account.
    "change": Limit("30 per 10 minutes; 200 per day", "300 per 10 minutes", "1200 per 10 minutes"),
    # Steps of a sign-in, beside the throttles of accounts that each of them has.
    "sign-in": Limit("", "120 per 15 minutes", "480 per 15 minutes"),
    # Accounts that are opened: their addresses have been proven.
    "account": Limit("", "120 per hour", "480 per hour"),
    # Forms that go on after a waiting time instead of a proof of work: what a bot would ask for in numbers.
    "waiting": Limit("10 per 10 minutes", "60 per 10 minutes", "240 per 10 minutes"),
    # What is sent while a text is being written.
    "draft": Limit("90 per minute", "900 per minute", "3600 per minute", stored=False),
    "preview": Limit("120 per minute", "900 per minute", "3600 per minute", stored=False),
    # The team's acts; pictures take the server longest.
    "manage": Limit("300 per 10 minutes", "3000 per 10 minutes", "6000 per 10 minutes"),
    "upload": Limit("30 per 10 minutes", "120 per 10 minutes", "480 per 10 minutes"),
    # Reading that costs much.
    "search": Limit("60 per minute", "300 per minute", "1200 per minute", stored=False),
    "export": Limit("30 per 10 minutes", "120 per 10 minutes", "480 per 10 minutes", stored=False),
}


def limited(name: str, *, reads: bool = False, when: Callable[[], bool] | None = None) -> Callable[[View], View]:
    """Declare which line of `LIMITS` an endpoint is counted under: what it is sent, or with `reads` what is read.

    `when` leaves requests out that cost nothing. Beyond the limit the view is not called: the answer is 429, says
    when to try again, and keeps what was typed.
    """
    limit = LIMITS[name]

    def declare(view: View) -> View:
        @wraps(view)
        def counted(*arguments: object, **values: object) -> ResponseReturnValue:
            if (request.method in _READING) == reads and (when is None or when()):
                seconds = count(name, limit)
                if seconds:
                    return ask_again(429, seconds=seconds)
            return view(*arguments, **values)

        counted.consult_limits = (name, *declared_limits(view))  # type: ignore[attr-defined]
        return counted  # type: ignore[return-value]

    return declare


def declared_limits(view: Callable[..., object]) -> tuple[str, ...]:
    """The limits that an endpoint declares."""
    return getattr(view, "consult_limits", ())


def count(name: str, limit: Limit | None = None) -> int:
    """Count this request under a limit; the seconds to wait when it is one too many, else 0."""
    limit = LIMITS[name] if limit is None else limit
    person_id, address = current_actor().person_id, request.remote_addr
    counted = [
        (f"address {network_of(address)}", limit.address),
        (f"network {neighbourhood_of(address)}", limit.network),
    ]
    if person_id is not None:
        counted.insert(0, (f"person {person_id}", limit.account))
    return limiter().hit(name, counted, clock.real_now(), stored=limit.stored)


def limiter() -> Limiter:
    """The limiter of the current application."""
    found: Limiter = current_app.extensions[_EXTENSION]
    return found


def configure_limits(app: Flask, settings: Settings) -> None:
    """Build the store that this application counts in."""
    app.extensions[_EXTENSION] = Limiter(
        build_storage(settings.redis_url), key=str(app.secret_key).encode(), factor=settings.limits
    )
