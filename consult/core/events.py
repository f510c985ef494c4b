"""What happened travels upwards: commands emit, `wiring.py` decides who hears.

Handlers run inside the transaction of the act, so what they write is stored with the act or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Any], None]

_handlers: dict[type, tuple[Handler, ...]] = {}


def install_handlers(table: Mapping[type, Sequence[Handler]]) -> None:
    """Replace the whole event → handlers table (called by `wiring.py` only)."""
    _handlers.clear()
    _handlers.update({event: tuple(handlers) for event, handlers in table.items()})


def emit(session: Session, event: object) -> None:
    """Tell every handler of the event's type, in the order of the table, in this transaction."""
    for handler in _handlers.get(type(event), ()):
        handler(session, event)
