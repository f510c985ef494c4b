"""A part of a page by itself: a named block of the page's template, for a browser that puts it in place.

Asked for with the header `X-Fragment`, and only by a form that is posted: what answers a post is kept by no cache,
so that none can take the part for the page. A part that is read has an address of its own instead.
"""

from __future__ import annotations

from flask import Response, make_response, request
from jinja2_fragments.flask import render_block
from markupsafe import Markup

from consult.core.errors import Invalid
from consult.core.web.sentences import sentence_for

HEADER = "X-Fragment"


def wants_fragment(name: str) -> bool:
    """True when this form was sent in the background, by a script that awaits this part of the page."""
    return request.method == "POST" and request.headers.get(HEADER) == name


def fragment(template: str, block: str, *, status: int = 200, **values: object) -> Response:
    """One block of a page's template; the header tells the script that it got what it asked for."""
    return fragment_of(render_block(template, block, **values), block, status=status)


def refused_fragment(error: Invalid, name: str) -> Response:
    """The sentence of a domain error where the part would be."""
    return fragment_of(Markup("<p>{}</p>").format(sentence_for(error.code)), name, status=422)


def fragment_of(text: str, name: str, *, status: int = 200) -> Response:
    """A part that is made of a single piece of HTML."""
    response = make_response(text, status)
    response.headers[HEADER] = name
    response.headers["X-Robots-Tag"] = "noindex"
    return response
