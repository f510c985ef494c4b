"""The application as production serves it, and one more address: a view that does nothing.

Everything around that view is the product's own: server, middleware, what runs before and after each request.
`bench.serving` gives this module to the server; nothing else imports it.
"""

from bench.serving import EMPTY
from consult.core.access import public
from consult.wsgi import app


@app.get(EMPTY)
@public
def empty() -> str:
    """The floor of every page."""
    return ""
