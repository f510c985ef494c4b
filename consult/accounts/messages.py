"""What accounts say: a sentence for each code, and the conditions shown at a first sign-in."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.accounts.values import CONSENT_VERSION, MailKind

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
    "account_disabled": _l(
        "This account has been disabled by those who run this site. Write to the organisation if you think that "
        "this is a mistake."
    ),
    "too_many_attempts": _l("For everyone’s safety, the number of attempts is limited."),
    "passwords_busy": _l("Many people are signing in at this moment. Wait a few seconds and try again."),
    "sign_in_wrong": _l(
        "This address and this password do not go together. If you have not set a password, or forgot it, sign in "
        "by e-mail."
    ),
    "password_missing": _l("Enter a password."),
    "password_wrong": _l("This is not your current password."),
    "password_short": _l("Enter at least 12 characters: a few words that have nothing to do with each other."),
    "password_long": _l("Enter at most 200 characters."),
    "password_guessed": _l(
        "This password would soon be guessed: it is made of very common words, of a row of keys, or of your name, "
        "your address or the name of this site. Choose words that have nothing to do with each other."
    ),
    "factor_missing": _l("Enter the six digits that your authenticator shows."),
    "factor_wrong": _l(
        "This is neither the code that your authenticator shows now, nor a recovery code that is left. Each code "
        "works once: wait for the next one, and check the clock of your telephone."
    ),
    "factor_mandatory": _l("Members of a team always sign in with a second factor."),
    "address_same": _l("This is your address already."),
}

# The mails that one may do without.
MAIL_CHOICES: Mapping[MailKind, LazyString] = {
    MailKind.NEWS: _l("what becomes of my contributions and comments: answers of the organisation, replies"),
    MailKind.REPORTS: _l("what became of what I have reported"),
}

# The texts that consents refer to, by version. Whoever changes them adds a version (`values.CONSENT_DATE`) and
# keeps the earlier: people may read what they agreed to, and are asked again at their next sign-in.
_OF_22_NOVEMBER_2026 = (
    _l("The name you choose is shown beside everything you publish. It need not be your real name."),
    _l("Your e-mail address is never published. It is used to sign you in and to write to you."),
    _l("What you support is counted and is never published with your name."),
    _l("What you publish can be read, quoted and downloaded by anyone, and is part of the synthesis."),
    _l("You may ask the organisation at any time what it keeps about you, and have it corrected or erased."),
)
CONDITIONS: Mapping[str, tuple[LazyString, ...]] = {"2026-11-22": _OF_22_NOVEMBER_2026}
CONSENT = CONDITIONS[CONSENT_VERSION]
