"""Which organisation consults: one of the actor's, or a new one with its name and time zone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.validators import Length, ValidationError

from consult.core.web.choices import choice
from consult.organisations.queries import OrganisationView
from consult.organisations.rules import MAX_NAME

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
        [Length(max=MAX_NAME, message=_l("Write at most %(max)d characters.", max=MAX_NAME))],
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
            raise ValidationError(_("Write the name of the organisation."))
