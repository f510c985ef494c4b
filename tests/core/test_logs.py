"""No log line names anybody, whatever went wrong."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from consult.accounts.models import Person
from consult.core.db import transaction
from consult.core.logs import JsonFormatter
from tests.conftest import NOW

NAME, ADDRESS = "Zéphyrine Inoubliable", "zephyrine@example.org"


def logged_now(message: str = "crash") -> str:
    """The line that a log entry makes of the exception at hand."""
    record = logging.LogRecord("consult", logging.ERROR, "file", 1, message, None, sys.exc_info())
    return JsonFormatter().format(record)


def test_a_row_that_the_database_refuses_is_not_quoted(app: Flask) -> None:
    def add(name: str) -> None:
        with transaction(write=True) as session:
            session.add(Person(email=ADDRESS, display_name=name, created_at=NOW))

    add("First")
    try:
        add(NAME)
    except IntegrityError:
        line = logged_now()
    assert "IntegrityError" in json.loads(line)["exception"]
    for needle in (NAME, "Inoubliable", ADDRESS, "zephyrine"):
        assert needle not in line


def test_a_value_of_the_wrong_kind_is_not_quoted(app: Flask) -> None:
    with pytest.raises(Exception) as caught, transaction(write=True) as session:  # noqa: PT011 - any of the driver's
        session.add(Person(email=ADDRESS, display_name=object(), created_at=NOW))
    try:
        raise caught.value
    except Exception:  # noqa: BLE001 - whatever it was
        line = logged_now()
    assert ADDRESS not in line


def test_an_address_in_a_message_is_masked() -> None:
    record = logging.LogRecord("consult", logging.INFO, "file", 1, f"sent to {ADDRESS}", None, None)
    assert json.loads(JsonFormatter().format(record))["event"] == "sent to (address)"
