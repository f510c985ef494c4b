"""A template environment that knows the components, gettext and numbers, and nothing of the web."""

from __future__ import annotations

import pytest
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consult.core import paths


def _number(value: int) -> str:
    return format_decimal(value, locale="fr")


@pytest.fixture(scope="session")
def components() -> Environment:
    """Strict about undefined names: a macro may not rely on what its caller does not give."""
    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.extend(newstyle_gettext=True)
    environment.globals["gettext"] = environment.globals["_"] = lambda text, **values: text % values
    environment.globals["ngettext"] = lambda one, many, number, **values: (one if number == 1 else many) % values
    environment.filters["numberformat"] = _number
    return environment
