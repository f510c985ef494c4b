"""What tells that a payload got through: a dialog, a request to another place, or markup that is not ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import BrowserContext, Dialog, Page, Request

# Looks at the document as the browser built it: handlers, addresses that run, and elements that load or take over.
_LOOK = """(document, location) => {
  const found = [];
  const runs = /^(javascript:|vbscript:|data:text|file:)/i;
  for (const item of document.querySelectorAll('*')) {
    for (const {name, value} of item.attributes) {
      if (name.startsWith('on')) found.push(`${item.localName} ${name}`);
      if (['style', 'srcdoc', 'ping'].includes(name)) found.push(`${item.localName} ${name}`);
      if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster', 'background'].includes(name)) {
        const bare = value.replace(/[\\u0000-\\u0020]/g, '');
        if (runs.test(bare)) found.push(`${item.localName} ${name}=${value}`);
      }
    }
    const name = item.localName;
    if (['iframe', 'object', 'embed', 'base', 'applet', 'frame', 'style', 'template', 'math'].includes(name))
      found.push(`element ${name}`);
    if (name === 'script' && !item.src) found.push('inline script');
    if (['script', 'img', 'link', 'video', 'audio', 'source', 'track', 'use', 'image'].includes(name)) {
      const address = item.getAttribute('src') || item.getAttribute('href') || '';
      const elsewhere = /^(https?:)?\\/\\//.test(address) && !address.startsWith(location.origin);
      const alone = name === 'link' && /^(canonical|alternate)$/.test(item.rel);
      if (elsewhere && !alone) found.push(`${name} from ${address}`);
    }
  }
  return found;
}"""


@dataclass
class Canary:
    """A server that nobody should ever call."""

    address: str
    heard: list[str] = field(default_factory=list)


@contextmanager
def listening_canary() -> Iterator[Canary]:
    """Listen on a port of this machine until the block ends."""
    found = Canary("")

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815 - the library looks for these names

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing: the list of what was heard is the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.daemon_threads = True
    found.address = f"127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


# Each document is parsed by the browser in a frame of its own, many at a time: whatever would run in a page runs
# there as well. Our own sheets and modules are left out, which takes nine tenths of the time away.
_FRAMES = """async ([look_of, documents]) => {
  const look = (0, eval)(look_of);
  const answers = await Promise.all(documents.map(async ({address, html}) => {
    if (html !== null) return {address, html, status: 0};
    const answer = await fetch(address, {redirect: 'manual', headers: {Accept: 'text/html'}});
    return {address, html: await answer.text(), status: answer.status};
  }));
  return Promise.all(answers.map(({address, status, html}) => new Promise(resolve => {
    const frame = document.createElement('iframe');
    const modules = /<script type="module" src="\\/static[^>]*><\\/script>/g;
    const sheets = /<link rel="stylesheet" href="\\/static[^>]*>/g;
    frame.srcdoc = html.replace(modules, '').replace(sheets, '');
    frame.onload = () => setTimeout(() => {
      const seen = frame.contentDocument;
      const found = look(seen, location);
      const skeleton = Array.from(seen.querySelectorAll('*'), item =>
        [item.localName, ...Array.from(item.attributes, attribute => attribute.name)].join(' ')).join(', ');
      const heading = seen.querySelector('h1');
      frame.remove();
      resolve({address, status, found, skeleton, whole: Boolean(heading)});
    }, 30);
    document.body.append(frame);
  })));
}"""
_AT_A_TIME = 20


class Trap:
    """Follows a context whose pages are opened without their policy: what is left is the escaping alone."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.site = site
        self.caught: list[str] = []
        self.looked = 0
        context.on("request", self._on_request)
        context.on("page", self.follow)
        self.page: Page = context.new_page()

    def follow(self, page: Page) -> None:
        """Listen to the dialogs of a page."""
        page.on("dialog", self._on_dialog)

    def look(self, *addresses: str, status: int = 200) -> None:
        """Open pages, let everything on them load, and look at what became of them."""
        for seen in self._frames([{"address": address, "html": None} for address in addresses]):
            assert seen["status"] == status, f"{seen['address']}: {seen['status']}"
            self._judge(seen)

    def look_at(self, documents: Mapping[str, str]) -> None:
        """The same for pages that somebody else has fetched, each under a name."""
        for seen in self._frames([{"address": name, "html": html} for name, html in documents.items()]):
            self._judge(seen)

    def skeletons(self, documents: Mapping[str, str]) -> dict[str, str]:
        """The elements and attributes of each document, as the browser reads them: texts must not change them."""
        return {
            seen["address"]: seen["skeleton"]
            for seen in self._frames([{"address": name, "html": html} for name, html in documents.items()])
        }

    def _frames(self, documents: list[dict[str, str | None]]) -> Iterator[dict[str, Any]]:
        if self.page.url == "about:blank":
            self.page.goto(f"{self.site}/robots.txt")
            self.page.set_content("<!doctype html><title>frames</title><body></body>")
        for place in range(0, len(documents), _AT_A_TIME):
            yield from self.page.evaluate(_FRAMES, [_LOOK, documents[place : place + _AT_A_TIME]])

    def _judge(self, seen: Mapping[str, Any]) -> None:
        assert seen["whole"], f"{seen['address']} is no page"
        self.looked += 1
        self.caught += [f"{seen['address']}: {item}" for item in seen["found"]]

    def show(self, html: str) -> list[str]:
        """Open a document as a page of the site and return what the look finds in it."""
        address = f"{self.site}/staged-document"
        self.page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        self.page.goto(address, wait_until="load")
        found: list[str] = self.page.evaluate(f"() => ({_LOOK})(document, location)")
        self.page.unroute(address)
        return found

    def verdict(self) -> None:
        """Fail with everything that got through, or when nothing was looked at."""
        assert self.looked
        assert not self.caught, "\n".join(dict.fromkeys(self.caught))

    def _on_dialog(self, dialog: Dialog) -> None:
        self.caught.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site}/", "data:", "about:")):
            self.caught.append(f"a request to {request.url}")
