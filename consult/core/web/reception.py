"""The instant a request was received: acts count by it, whatever they wait for afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import request

from consult.core import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_RECEIVED = "consult.received"


class Reception:
    """WSGI middleware, the outermost one: notes the instant before a session, a pool or a lock is waited for."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Note the instant, then let the request in."""
        environ[_RECEIVED] = clock.real_now()
        return self.app(environ, start_response)


def received_at() -> datetime:
    """When the current request came in (now, for one that did not come through the door)."""
    noted: datetime | None = request.environ.get(_RECEIVED)
    return clock.real_now() if noted is None else noted
