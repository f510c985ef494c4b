"""What a browser saw on its way: complaints in the console, errors of scripts, requests to other sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request

# A page with this status is meant: the form comes back with what is to be mended, the link says it is stale.
_EXPECTED = ("422", "410")
_LOAD_FAILED = "Failed to load resource: the server responded with a status of "


class Watch:
    """Follows every page of a context from its first request on."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.origin = _origin(url)
        self.complaints: list[str] = []
        context.on("console", self._on_console)
        context.on("weberror", lambda failure: self._on_error(failure.error))
        context.on("request", self._on_request)

    def verdict(self) -> None:
        """Fail with everything that was seen: a violation of the policy shows up as an error of the console."""
        assert not self.complaints, "\n".join(dict.fromkeys(self.complaints))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if message.text.startswith(tuple(_LOAD_FAILED + status for status in _EXPECTED)):
            return
        self.complaints.append(
            f"console {message.type}: {message.text} ({message.location['url'] or 'no address'})"
        )

    def _on_error(self, error: Error) -> None:
        self.complaints.append(f"script error: {error}")

    def _on_request(self, request: Request) -> None:
        if _origin(request.url) != self.origin and urlsplit(request.url).scheme != "data":
            self.complaints.append(f"request to another site: {request.url}")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
