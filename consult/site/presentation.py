"""What an address belongs to, for the page of a failure: never more than the public may know."""

from __future__ import annotations

import re

from flask import request, url_for
from flask_babel import gettext as _

from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.access import VISITOR
from consult.core.db import independent_transaction
from consult.core.errors import NotFound
from consult.core.web.failures import Place, WayOn

_OF_A_CONSULTATION = re.compile(r"/consultations/([^/]+)/")


def place_of_request() -> Place | None:
    """The public consultation that the address of this request is below, whoever asks; else None.

    A draft is not named, not even to its team: the page of a failure must read the same for everybody.
    """
    found = _OF_A_CONSULTATION.match(request.path)
    if found is None:
        return None
    try:
        # A transaction of its own: that of the request may be what failed.
        with independent_transaction(write=False) as session:
            consultation = consultations.get_consultation(session, found[1], actor=VISITOR, now=clock.now())
    except NotFound:
        return None
    return Place(
        title=consultation.title,
        language=consultation.language,
        ways=(
            WayOn(_("Go to the consultation"), url_for("consultations.introduction", slug=consultation.slug)),
            WayOn(_("Read the contributions"), url_for("proposals.index", slug=consultation.slug)),
        ),
    )
