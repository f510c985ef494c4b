"""Sentences and conditions."""

from __future__ import annotations

import hashlib

from flask import Flask
from flask_babel import force_locale

from consult.accounts.messages import CONSENT
from consult.accounts.values import CONSENT_DATE

# The text each version of the conditions stands for. A new text needs a new date here and in `values.py`;
# what people agreed to before stays in this list.
VERSIONS = {"2026-11-22": "a8cb1675be27b6e2"}


def test_the_text_of_a_consent_has_its_date(app: Flask) -> None:
    with force_locale("en"):
        text = "\n".join(str(sentence) for sentence in CONSENT)
    assert VERSIONS[CONSENT_DATE.isoformat()] == hashlib.sha256(text.encode()).hexdigest()[:16]
