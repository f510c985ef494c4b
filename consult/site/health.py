"""Is the process alive, and may it receive requests?"""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from consult.core import migrate
from consult.core.access import public
from consult.core.db import database_engine, transaction

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 as long as the process answers."""
    return {"status": "ok"}, 200, {"Cache-Control": "no-store"}


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """200 when the database answers and is at the newest migration, else 503 with the reason."""
    try:
        with transaction() as session:
            session.execute(text("SELECT 1"))
        if migrate.pending(database_engine()):
            return {"status": "migrations pending"}, 503
    except SQLAlchemyError:
        return {"status": "database unreachable"}, 503
    return {"status": "ready"}, 200, {"Cache-Control": "no-store"}
