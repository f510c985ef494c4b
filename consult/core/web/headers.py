"""Security and cache headers of every response."""

from __future__ import annotations

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
    personal = bool(session.keys()) or request.method not in {"GET", "HEAD"}
    if personal or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "public, no-cache"
        if response.status_code == 200 and not response.is_streamed:
            response.add_etag(weak=True)
            response.make_conditional(request)
    return response
