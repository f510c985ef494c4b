"""Named errors of privacy."""

from __future__ import annotations


class DataMapInvalid(Exception):
    """The data map cannot be read; the message names the table and the column."""
