"""What a browser saw on its way: complaints in the console, breaches of the policy, requests to other sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request

# A page with this status is meant: the form comes back with what is to be mended, the link says it is stale.
_EXPECTED = ("422", "410")
_LOAD_FAILED = "Failed to load resource: the server responded with a status of "
# Says to the console what was blocked and where. Some breaches reach the console anyway, but not all, and not in
# words that one can rely on; without JavaScript the console alone has to do.
_REPORT_BREACHES = """document.addEventListener('securitypolicyviolation', event => console.error(
    `policy: ${event.effectiveDirective} blocked ${event.blockedURI} in ${event.sourceFile || document.URL}`))"""
# A page in a sandbox refuses the script above too; what its policy blocks reaches the console all the same.
_SANDBOXED = "Blocked script execution in"


class Watch:
    """Follows every page of a context from its first request on."""

    def __init__(self, context: BrowserContext, url: str, *, meant: tuple[str, ...] = _EXPECTED) -> None:
        """`meant` are beginnings of statuses that the person goes looking for."""
        self.origin = _origin(url)
        self.meant = tuple(_LOAD_FAILED + status for status in meant)
        self.complaints: list[str] = []
        context.add_init_script(_REPORT_BREACHES)
        context.on("console", self._on_console)
        context.on("weberror", lambda failure: self._on_error(failure.error))
        context.on("request", self._on_request)

    def verdict(self) -> None:
        """Fail with everything that was seen."""
        assert not self.complaints, "\n".join(dict.fromkeys(self.complaints))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if message.text.startswith((*self.meant, _SANDBOXED)):
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
