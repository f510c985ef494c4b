"""Nothing that happens escapes the journal by oversight."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import is_dataclass

import pytest

from consult import wiring
from consult.ledger import handlers

ROOMS = ("consultations", "proposals", "audience", "moderation")
# Events that change no figure and no published text, or whose change another event has told already.
NOT_ENTERED = {
    "ModerationDecided": "the change of status that it follows is entered, with its reason",
    "TextReported": "a report changes nothing until somebody decides",
    "ReportsDismissed": "the text stays as it is",
    "DecisionAnswered": "what the decision changed stays until another one",
}


def events() -> dict[str, type]:
    """Every class of event of the rooms whose acts the journal holds."""
    found: dict[str, type] = {}
    for room in ROOMS:
        names = {item.name for item in pkgutil.iter_modules(importlib.import_module(f"consult.{room}").__path__)}
        if "events" not in names:
            continue
        module = importlib.import_module(f"consult.{room}.events")
        classes = inspect.getmembers(module, inspect.isclass)
        found |= {name: one for name, one in classes if is_dataclass(one) and one.__module__ == module.__name__}
    return found


def heard(event: type) -> bool:
    """Whether a handler of the journal is told of it."""
    return any(handler.__module__ == handlers.__name__ for handler in wiring.HANDLERS.get(event, ()))


@pytest.mark.parametrize("name", sorted(events()))
def test_an_event_is_entered_or_listed_as_not_concerning_the_journal(name: str) -> None:
    assert heard(events()[name]) is (name not in NOT_ENTERED), (
        f"{name}: enter it in consult/ledger/handlers.py and wiring.py, or say in NOT_ENTERED why not"
    )


def test_the_list_names_events_that_there_are() -> None:
    assert set(NOT_ENTERED) <= set(events())
