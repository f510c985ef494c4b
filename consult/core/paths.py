"""Where templates, translations and assets are: in the source tree, or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _beside_or_inside(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


TEMPLATES = _beside_or_inside("templates")
TRANSLATIONS = _beside_or_inside("translations")
STATIC = PACKAGE / "static"
MIGRATIONS = PACKAGE / "migrations"
