"""Somebody at a running server, without a browser: pages, forms with their token, sign-in by the mail's code."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import Any

from tests.support.clients import csrf_token

_CODE = re.compile(r"\b\d{6}\b")
_PATIENCE = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back, after redirections."""

    status: int
    path: str
    headers: HTTPMessage
    content: bytes

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8")


class Visitor:
    """One person with cookies of their own; reads as a browser does, so that they count as a reader."""

    def __init__(self, url: str, name: str = "") -> None:
        self.url = url
        self.name = name
        self.email = f"{name.lower() or 'visitor'}@example.org"
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def at(self, url: str) -> Visitor:
        """The same person and the same cookies at another address of the site: it was started again."""
        self.url = url
        return self

    def get(self, path: str) -> Answer:
        """Fetch a page, whatever its status."""
        return self._open(path, None)

    def send(self, path: str, page: str | None = None, **fields: str) -> Answer:
        """Send a form with the token of the page that holds it (or of any page of a person's own)."""
        token = csrf_token(self.get(page or path).text)
        return self._open(path, {"csrf_token": token, **fields})

    def sign_in(self) -> None:
        """Ask for a mail, take the code from the demonstration's mailbox, introduce oneself the first time."""
        self.send("/sign-in", email=self.email)
        answer = self.send("/sign-in/code", code=self._code())
        if answer.path == "/sign-in/welcome":
            answer = self.send("/sign-in/welcome", display_name=self.name, consent="y")
        assert answer.status == 200
        assert self.get("/account").status == 200

    def figures(self, slug: str) -> dict[str, Any]:
        """`statistics.json` as it is."""
        found: dict[str, Any] = json.loads(self.get(f"/consultations/{slug}/statistics.json").content)
        return found

    def _code(self) -> str:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            for mail in self.get("/mailbox").text.split("<article")[1:]:
                if self.email in mail:
                    return _CODE.findall(mail)[0]
            time.sleep(0.2)
        raise AssertionError(f"no mail to {self.email} has arrived")

    def _open(self, path: str, fields: dict[str, str] | None) -> Answer:
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self.url + path, data=data)
        request.add_header(
            "User-Agent", f"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0 {self.name}"
        )
        try:
            with self._opener.open(request, timeout=30) as response:
                return self._answer(response.status, response)
        except urllib.error.HTTPError as error:
            with error:
                return self._answer(error.code, error)

    def _answer(self, status: int, response: Any) -> Answer:
        return Answer(status, urllib.parse.urlsplit(response.url).path, response.headers, response.read())
