"""The team's entrance."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from consult.backoffice import queries
from consult.core import clock
from consult.core.access import Need, access
from consult.core.db import transaction
from consult.core.installation import current_settings
from consult.core.web.guard import current_actor
from consult.organisations.messages import DETAILS
from consult.organisations.rules import operator_details

blueprint = Blueprint("manage", __name__, url_prefix="/manage")


@blueprint.get("")
@access(Need.TEAM)
def dashboard() -> ResponseReturnValue:
    """The consultations of the teams the person belongs to, by state."""
    with transaction() as session:
        view = queries.dashboard(
            session, actor=current_actor(), operator=operator_details(current_settings()), now=clock.now()
        )
    return render_template("manage/dashboard.html", dashboard=view, names=DETAILS)
