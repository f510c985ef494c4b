"""The sentences that go with the codes of reports."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: Mapping[str, LazyString] = {
    "synthesis_before_close": _l("The synthesis can be published once the consultation has closed."),
    "synthesis_is_published": _l("The synthesis is published already."),
    "synthesis_not_ready": _l(
        "The final edition is being prepared from the latest data. Come back in a few minutes to publish it."
    ),
}
