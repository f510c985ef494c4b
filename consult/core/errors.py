"""Errors that any feature may raise and that the edges translate."""

from __future__ import annotations


class NotFound(Exception):
    """What was asked for does not exist, or not for this reader: answered with 404, never telling which."""


class Invalid(Exception):
    """A value breaks a rule of the domain; `field` names it and `code` is stable."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class OperatorError(Exception):
    """An operator's mistake: one line saying what and where, and a non-zero exit."""
