"""Security and cache headers of every response."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from flask import Flask, Response, request, session

from consult.settings import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


class _Styles(HTMLParser):
    """Collects what a document styles itself with: its sheets and its attributes, as a browser hashes them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self._sheet: list[str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the style attribute, and whether a sheet begins."""
        self._sheet = [] if tag == "style" else None
        self.found.update({value: None for name, value in attrs if name == "style" and value})

    def handle_data(self, data: str) -> None:
        """Gather the text of a sheet, which comes in pieces."""
        if self._sheet is not None:
            self._sheet.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note the sheet that ends."""
        if self._sheet is not None:
            self.found["".join(self._sheet)] = None
        self._sheet = None


def letter_policy(html: str) -> str:
    """The policy of a mail shown as a page: it brings its styles along, gets those by their hashes and no more."""
    hashes = (b64encode(sha256(style.encode()).digest()).decode() for style in _Styles(html).found)
    styles = " ".join(f"'sha256-{value}'" for value in hashes)
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {styles}; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; sandbox"
    )


def configure_headers(app: Flask, settings: Settings) -> None:
    """Set the headers after each request."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if settings.serves_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return _cache_rules(response)


def _cache_rules(response: Response) -> Response:
    """A visitor's page may be kept and revalidated; a page of somebody with a session is never stored.

    What its view calls immutable (a version of a file, the same for everybody) is left alone like static files.
    """
    if request.endpoint == "static" or response.cache_control.immutable:
        return response
    response.vary.add("Cookie")
    personal = bool(session.keys()) or session.modified or request.method not in {"GET", "HEAD"}
    if personal or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "public, no-cache"
        if response.status_code == 200 and not response.is_streamed:
            response.add_etag(weak=True)
            response.make_conditional(request)
    return response
