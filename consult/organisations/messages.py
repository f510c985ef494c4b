"""The sentences that go with the codes of organisations."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: Mapping[str, LazyString] = {
    "administrator_only": _l("Only administrators of the platform may add an organisation."),
}
