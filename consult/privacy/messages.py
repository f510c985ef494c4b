"""What privacy says: a sentence for each code of a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: Mapping[str, LazyString] = {
    "last_administrator": _l(
        "You are the last administrator. Give that role to somebody else first, then erase your account."
    ),
}
