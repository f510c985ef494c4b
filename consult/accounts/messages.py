"""What accounts say: a sentence for each code, and the conditions shown at a first sign-in."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: Mapping[str, LazyString] = {
    "email_invalid": _l("Enter a complete e-mail address, for example claire.martin@example.org."),
    "sign_in_too_often": _l(
        "You have asked for many sign-in e-mails from this browser. Please wait an hour before you ask again."
    ),
    "code_shape": _l("Enter the six digits of the e-mail."),
    "code_wrong": _l("This is not the code of the latest e-mail. Check the six digits and try again."),
    "code_stale": _l("This code can no longer be used: ask for another e-mail below."),
    "code_exhausted": _l(
        "Five wrong codes were entered: this code no longer works. Open the link in the e-mail or ask for another."
    ),
    "link_stale": _l("This link has already been used, or is too old."),
    "name_length": _l("Enter a name of 2 to 60 characters."),
    "name_letters": _l("Enter a name with at least one letter or digit."),
    "name_is_address": _l("This name is shown to everyone: enter a name, not an e-mail address."),
    "consent_missing": _l("Tick this box to open your account."),
}

# The text that a consent refers to: whoever changes it changes `values.CONSENT_DATE`.
CONSENT: tuple[LazyString, ...] = (
    _l("The name you choose is shown beside everything you publish. It need not be your real name."),
    _l("Your e-mail address is never published. It is used to sign you in and to write to you."),
    _l("What you support is counted and is never published with your name."),
    _l("What you publish can be read, quoted and downloaded by anyone, and is part of the synthesis."),
    _l("You may ask the organisation at any time what it keeps about you, and have it corrected or erased."),
)
