"""Options of select fields, as WTForms wants them since it deprecated tuples."""

from __future__ import annotations

from typing import Any

# The published type stubs do not know this class yet.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def choice(value: str, label: str, group: str | None = None) -> Any:
    """An option; options of the same group follow one another and stand under its name."""
    return SelectChoice(value, label, optgroup=group)
