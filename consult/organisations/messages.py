"""The sentences that go with the codes of organisations."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.organisations.values import Role

SENTENCES: Mapping[str, LazyString] = {
    "administrator_only": _l("Only administrators of the platform may add an organisation."),
    "managers_only": _l("Only managers of the organisation’s team may change how it presents itself."),
    "members_only": _l("Only the members of the organisation’s team see this."),
    "team_administrators_only": _l("Only administrators of the organisation may change its team."),
    "last_administrator": _l(
        "An organisation keeps at least one administrator: make somebody else administrator first."
    ),
    "already_member": _l("The person with this address is in the team already."),
    "already_invited": _l("This address is invited already: send that invitation again, or revoke it, below."),
    "invitations_pending": _l("Fifty invitations wait for an answer: revoke some of them first."),
    "invitations_today": _l("A hundred invitations left within a day: please go on tomorrow."),
    "invitation_letters": _l(
        "This invitation was sent again three times: revoke it, and ask the person for another address."
    ),
    "invitation_stale": _l("This invitation has already been used, was revoked, or is too old."),
    "invitation_other_address": _l(
        "There is no invitation for the address you are signed in with. Sign out, then sign in with the address "
        "at which you received the e-mail; if that was it, ask for a new invitation."
    ),
    "organisation_nameless": _l("Enter the name of the organisation."),
    "too_long": _l("This text is too long."),
    "accent_shape": _l("Enter the colour as # and six digits or letters from A to F, for example #1B5E4B."),
    "accent_contrast": _l("This colour is too pale to be read on the pages’ paper."),
    "logo_heavy": _l("This file is heavier than 1 MB: send the logo in a smaller size."),
    "logo_kind": _l("This file is no PNG, JPEG or WebP picture: save the logo as one of them and send it again."),
    "logo_svg": _l(
        "SVG files can carry programs and are not accepted: export the logo as a PNG, 960 pixels wide, "
        "and send that."
    ),
    "logo_broken": _l("This picture cannot be read, part of it seems to be missing: export it once more."),
    "logo_too_large": _l("This picture has too many pixels: 2000 by 2000 is more than enough for a logo."),
    "logo_too_small": _l("This picture is too small: a logo is at least 16 pixels wide and 16 high."),
    "logo_too_long": _l("This picture is too long and thin to be shown: use a logo of other proportions."),
}

ROLES: Mapping[Role, LazyString] = {
    Role.MODERATOR: _l("moderator"),
    Role.MANAGER: _l("manager"),
    Role.ADMINISTRATOR: _l("administrator"),
}

ROLE_MEANINGS: Mapping[Role, LazyString] = {
    Role.MODERATOR: _l("moderates what people write"),
    Role.MANAGER: _l("moderates, and sets up and publishes consultations"),
    Role.ADMINISTRATOR: _l("does all of that, and decides who belongs to the team"),
}

# What a legal notice says of whoever publishes, in its order: the fields of `values.LegalDetails`.
DETAILS: Mapping[str, LazyString] = {
    "legal_name": _l("Legal name"),
    "postal_address": _l("Postal address"),
    "contact_email": _l("Contact e-mail address"),
    "publication_director": _l("Publication director"),
    "host": _l("Host"),
    "data_protection_contact": _l("Data protection contact"),
}
