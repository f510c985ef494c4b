"""Somebody at the server who keeps a connection open and wants to know nothing but how an act was answered."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

PATIENCE = 30.0
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class Unanswered(Exception):
    """The connection broke before an answer came: what was asked for may have happened or not."""


@dataclass(frozen=True)
class Answer:
    """A status, where it leads, and what the page said."""

    status: int
    location: str
    body: bytes


class Line:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def post(self, path: str, form: Mapping[str, str], cookie: str, *, client: str = "") -> Answer:
        """Send a form, on behalf of the address `client` if one is given. Raises `Unanswered`."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "User-Agent": _BROWSER,
            "Accept": "text/html",
            "Accept-Language": "fr",
        }
        if client:
            headers["X-Forwarded-For"] = client
        return self._ask("POST", path, urlencode(form), headers)

    def get(self, path: str, cookie: str = "") -> Answer:
        """Fetch a page. Raises `Unanswered`."""
        headers = {"User-Agent": _BROWSER, "Accept": "text/html", "Accept-Language": "fr"}
        return self._ask("GET", path, None, headers | ({"Cookie": cookie} if cookie else {}))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        try:
            self._connection.request(method, path, body, dict(headers))
            response = self._connection.getresponse()
            return Answer(response.status, response.headers.get("Location", ""), response.read())
        except (HTTPException, OSError) as error:
            with suppress(OSError):
                self._connection.close()
            raise Unanswered(str(error)) from error
