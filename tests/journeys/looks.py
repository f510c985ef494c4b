"""What a page is made of, as a browser sees it: taken once per page, judged by many tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# Everything that the tests of the RGAA criteria ask about, in one visit. Spaces are folded; "words" of a link or a
# button are all its text (hidden text for screen readers included), "seen" is what stands on the screen.
_LOOK = """() => {
    const fold = text => (text || '').replace(/[\\s\\u00a0\\u202f]+/g, ' ').trim();
    const all = (selector, root = document) => [...root.querySelectorAll(selector)];
    const language = element => (element.closest('[lang]') || document.documentElement).lang;
    const named = (element, attribute) => (element.getAttribute(attribute) || '').split(/\\s+/).filter(Boolean)
        .map(id => fold(document.getElementById(id)?.textContent)).join(' ');
    const label = element => fold(element.getAttribute('aria-label')) || named(element, 'aria-labelledby');
    const isShown = element => element.getClientRects().length > 0;
    // What stands around a link and says what it is about: its sentence or list item, and the heading before it.
    const around = link => {
        const block = link.closest('p, li, td, th, dd, dt, figcaption, h1, h2, h3, h4');
        const heading = all('h1, h2, h3, h4').filter(
            one => one.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
        return fold(block?.textContent) + ' | ' + fold(heading?.textContent);
    };
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = fold(walker.currentNode.data);
        if (text && !walker.currentNode.parentElement.closest('script, style'))
            texts.push([text, language(walker.currentNode.parentElement)]);
    }
    return {
        doctype: document.doctype?.name, language: document.documentElement.lang, title: fold(document.title),
        texts,
        headings: all('h1, h2, h3, h4, h5, h6').map(one => [Number(one.tagName[1]), fold(one.textContent)]),
        landmarks: all('body > header, main, body > footer, nav, [role=search], body > aside').map(
            one => [one.getAttribute('role') || one.localName, label(one)]),
        links: all('a[href]').map(one => ({
            words: fold(one.textContent) || label(one), label: fold(one.getAttribute('aria-label')),
            seen: fold(one.innerText), href: one.href, around: around(one), opens: one.getAttribute('target'),
            section: Boolean(one.closest('.section-nav')),
        })),
        buttons: all('button').filter(isShown).map(one => ({
            words: fold(one.textContent) || label(one), label: fold(one.getAttribute('aria-label')),
            seen: fold(one.innerText),
        })),
        fields: all('input:not([type=hidden], [type=submit]), select, textarea').map(one => ({
            type: one.type, name: one.name, labels: [...one.labels].map(item => fold(item.textContent)),
            label: label(one), autocomplete: one.getAttribute('autocomplete'),
            group: fold(one.closest('fieldset')?.querySelector('legend')?.textContent),
        })),
        tables: all('table').map(one => ({
            caption: fold(one.caption?.textContent),
            heads: all('th', one).map(cell => [cell.closest('thead') ? 'col' : 'row', cell.scope]),
            bare: all('tr', one).filter(row => !row.querySelector('th')).length,
            written: Boolean(one.closest('.prose')),
        })),
        images: all('img').map(one => one.getAttribute('alt')),
        drawings: all('svg').map(one => ({
            hidden: Boolean(one.closest('[aria-hidden=true]')), role: one.getAttribute('role'), name: label(one),
            speaks: Boolean(one.querySelector('title, desc')),
        })),
        figures: all('figure').filter(one => one.querySelector('img, svg')).map(one => ({
            role: one.getAttribute('role'), label: fold(one.getAttribute('aria-label')),
            caption: fold(one.querySelector('figcaption')?.textContent),
        })),
        media: all('audio, video, iframe, frame, object, embed, canvas, area, input[type=image]').map(
            one => one.localName),
        dressed: all('font, center, big, tt, strike, blink, marquee, basefont, u, [align], [bgcolor], [border], '
            + '[color], [valign], [nowrap], [hspace], [vspace], [clear], [background]').map(one => one.localName),
        summoned: all('meta[http-equiv=refresh], [accesskey], [autoplay]').map(one => one.outerHTML),
        jumps: all('[tabindex]').filter(one => one.tabIndex > 0).map(one => one.outerHTML.slice(0, 80)),
    };
}"""


@dataclass(frozen=True)
class Look:
    """One page as it was seen."""

    name: str
    path: str
    found: dict[str, Any]

    def __getitem__(self, what: str) -> Any:
        return self.found[what]


def look(page: Page, name: str) -> Look:
    """Look at the page that is open."""
    return Look(name, page.url.split("/", 3)[3], page.evaluate(_LOOK))
