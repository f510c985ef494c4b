"""Which organisation consults (one of the actor's, or a new one), and how an organisation presents itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from consult.accounts.errors import BadEmail
from consult.accounts.messages import SENTENCES
from consult.accounts.rules import normalise_email
from consult.core.errors import Invalid
from consult.core.web.choices import choice
from consult.core.web.forms import add_error, at_most, place, show_printable
from consult.core.web.sentences import sentence_for
from consult.organisations import rules
from consult.organisations.errors import AccentTooPale
from consult.organisations.logos import MAX_BYTES, prepare_logo
from consult.organisations.messages import DETAILS, ROLE_MEANINGS, ROLES
from consult.organisations.presentation import ratio
from consult.organisations.queries import IdentityView, OrganisationView
from consult.organisations.rules import MAX_DETAIL, MAX_NAME, MAX_WORDS, prepare_words
from consult.organisations.values import IdentityText, LegalDetails, PreparedLogo, Role

NEW = "new"
FRENCH_ZONES = (
    "Europe/Paris",
    "America/Cayenne",
    "America/Guadeloupe",
    "America/Marigot",
    "America/Martinique",
    "America/Miquelon",
    "America/St_Barthelemy",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Gambier",
    "Pacific/Marquesas",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
)
_AREAS = frozenset(
    ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
)


@lru_cache
def world_zones() -> tuple[str, ...]:
    """Every place of the time zone database that is not offered under France, by name."""
    return tuple(
        sorted(name for name in available_timezones() - set(FRENCH_ZONES) if name.split("/")[0] in _AREAS)
    )


class OrganisationFields(FlaskForm):
    """The part of a form that says who consults; call `offer` right after building it."""

    organisation = SelectField(_l("Organisation"), choices=[])
    organisation_name = StringField(
        _l("Name of the organisation"),
        [at_most(MAX_NAME)],
        description=_l("The municipality, or the group of them, that asks."),
    )
    time_zone = SelectField(
        _l("Time zone"),
        description=_l("Consultations open and close at midnight there."),
        choices=[],
    )

    def offer(self, organisations: Sequence[OrganisationView], *, may_found: bool) -> None:
        """Keep the fields that this person has a choice in: a member of a single team is asked nothing."""
        choices = [choice(str(item.id), item.name) for item in organisations]
        if may_found:
            choices.append(choice(NEW, _("A new organisation, named below")))
            self.time_zone.choices = [
                *(choice(name, name, "France") for name in FRENCH_ZONES),
                *(choice(name, name, _("Elsewhere")) for name in world_zones()),
            ]
            self.organisation_name.flags.required = self.time_zone.flags.required = True
        else:
            del self.organisation_name
            del self.time_zone
        if len(choices) < 2:
            del self.organisation
        else:
            self.organisation.choices = choices
            self.organisation.flags.required = True

    @property
    def founds_one(self) -> bool:
        """True when the form describes a new organisation."""
        return "organisation_name" in self and ("organisation" not in self or self.organisation.data == NEW)

    def validate_organisation_name(self, field: Field) -> None:
        """A new organisation has a name."""
        if self.founds_one and not (field.data or "").strip():
            raise ValidationError(_("Enter the name of the organisation."))


class IdentityForm(FlaskForm):
    """Name, colour, logo and legal details of an organisation."""

    name = StringField(
        _l("Name of the organisation"),
        [InputRequired(_l("Enter the name of the organisation.")), at_most(MAX_NAME)],
    )
    accent = StringField(
        _l("Accent colour"),
        description=_l(
            "As # and six digits or letters, for example #1B5E4B: your graphic charter names it. Left empty, the "
            "pages keep the platform’s green."
        ),
    )
    logo = FileField(
        _l("Logo"),
        description=_l(
            "A PNG, JPEG or WebP picture of at most 1 MB. It is brought to 480 by 160 pixels or less and stands "
            "on a white ground."
        ),
    )
    remove_logo = BooleanField(_l("Show no logo any more"))
    legal_name = StringField(
        DETAILS["legal_name"], [at_most(MAX_DETAIL)], description=_l("For example: Commune of Val-des-Tilleuls.")
    )
    postal_address = TextAreaField(DETAILS["postal_address"], [at_most(MAX_DETAIL)])
    contact_email = EmailField(
        DETAILS["contact_email"], [at_most(MAX_DETAIL)], description=_l("Published on the legal notice.")
    )
    publication_director = StringField(
        DETAILS["publication_director"],
        [at_most(MAX_DETAIL)],
        description=_l("The person who answers for what is published, usually the mayor or the president."),
    )
    host = TextAreaField(
        DETAILS["host"],
        [at_most(MAX_DETAIL)],
        description=_l("Who runs the server: name, address and telephone number."),
    )
    data_protection_contact = TextAreaField(
        DETAILS["data_protection_contact"],
        [at_most(MAX_DETAIL)],
        description=_l(
            "Where people ask about their data: a name or a service, with an e-mail or postal address."
        ),
    )

    def __init__(self, identity: IdentityView) -> None:
        legal = {name: getattr(identity.legal, name) for name in DETAILS}
        super().__init__(data={"name": identity.name, "accent": identity.look.accent.upper(), **legal})
        self.picture: PreparedLogo | None = None
        if identity.look.logo is None:
            del self.remove_logo

    def validate_accent(self, field: Field) -> None:
        """A colour that fails says by how much, and which shade of it would do."""
        try:
            rules.check_accent(field.data or "")
        except AccentTooPale as error:
            raise ValidationError(
                _(
                    "On the pages’ paper this colour has a contrast of %(ratio)s to 1, and a text needs %(least)s "
                    "to 1 to be read. A darker shade would do: %(shade)s.",
                    ratio=ratio(error.contrast),
                    least=ratio(rules.LEAST_CONTRAST),
                    shade=error.shade.upper(),
                )
            ) from error
        except Invalid as error:
            place(self, error)

    def validate_logo(self, field: Field) -> None:
        """Decode the picture here: whatever is wrong with it is said together with the rest."""
        if not field.data:
            return
        with field.data.stream as stream:  # a large one is a file, which nobody else closes
            content = stream.read(MAX_BYTES + 1)
        try:
            self.picture = prepare_logo(content)
        except Invalid as error:
            place(self, error)

    def identity(self) -> IdentityText | None:
        """What was typed, checked; None, with the sentences on their fields, when something is wrong."""
        text = None
        if self.validate():
            try:
                text = rules.prepare_identity(
                    name=self.name.data or "",
                    accent=self.accent.data or "",
                    legal=LegalDetails(**{name: self[name].data or "" for name in DETAILS}),
                )
            except Invalid as error:
                place(self, error)
        if text is None:
            show_printable(self)
            if self.picture is not None:
                add_error(self.logo, _("The picture is fine but was not kept with the rest: choose it once more."))
        return text

    @property
    def drops_logo(self) -> bool:
        """True when the logo is to be removed."""
        return "remove_logo" in self and bool(self.remove_logo.data)


class RoleForm(FlaskForm):
    """What a member of a team may do."""

    role = RadioField(_l("Role in the team"), [InputRequired(_l("Choose a role."))], choices=[])

    def __init__(self, role: Role | None = None) -> None:
        super().__init__(data={"role": role.value if role else None})
        self.role.choices = [
            choice(item.value, _("%(role)s: %(meaning)s", role=ROLES[item], meaning=ROLE_MEANINGS[item]))
            for item in Role
        ]

    @property
    def chosen(self) -> Role:
        """The role, once the form is valid."""
        return Role(self.role.data)


class InvitationForm(RoleForm):
    """Whom to ask into a team, and for what."""

    email = EmailField(_l("E-mail address"), [InputRequired(SENTENCES["email_invalid"])])
    words = TextAreaField(
        _l("A word of your own"),
        [at_most(MAX_WORDS)],
        description=_l("It stands in the e-mail, below your name."),
    )

    @property
    def address(self) -> str:
        """The one spelling of the address, once the form is valid."""
        return normalise_email(self.email.data or "")

    def validate_email(self, field: Field) -> None:
        """A complete address."""
        try:
            normalise_email(field.data or "")
        except BadEmail as error:
            raise ValidationError(sentence_for(error.code)) from error

    def validate_words(self, field: Field) -> None:
        """Plain text that can be shown."""
        try:
            prepare_words(field.data or "")
        except Invalid as error:
            raise ValidationError(sentence_for(error.code)) from error
