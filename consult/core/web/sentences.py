"""The sentence that goes with a domain code: what happened and what to do, in the reader's language.

Features bring their own in `messages.py`; `wiring.py` installs them together.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import current_app
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

log = logging.getLogger(__name__)
_EXTENSION = "consult_sentences"


def install_sentences(app_extensions: dict[str, object], sentences: Mapping[str, LazyString]) -> None:
    """Make the sentences of every feature known to the application."""
    app_extensions[_EXTENSION] = dict(sentences)


def sentence_for(code: str) -> str:
    """The sentence for a code; an unknown code is logged and answered in general words."""
    known: Mapping[str, LazyString] = current_app.extensions[_EXTENSION]
    if code not in known:
        log.error("sentence.missing", extra={"code": code})
        return _("This is not possible just now.")
    return str(known[code])
