"""An operator at a terminal, and an empty database on either engine."""

from tests.migrations.conftest import database_url
from tests.migrations.test_command import operator

__all__ = ["database_url", "operator"]
