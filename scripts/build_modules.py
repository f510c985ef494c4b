"""Build the browser's modules: `consult/static/js/*.js` → `consult/static/vendor/js/`, each import with a hash.

Static files are kept for a year by their versioned address, so an imported file needs one too: every
`"./name.js"` becomes `"./name.js?v=HASH"`, from the modules that import nothing upwards. A change thus reaches the
address of everything above it, and in the end that of `main.js`, which pages name with `asset()`.
Comments of their own line and indentation are left out; compression does the rest.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

_IMPORT = re.compile(r'"\./([\w-]+\.js)"')
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


class ModuleError(Exception):
    """A module imports what is not there, or itself in a circle."""


def build_modules(source: Path, target: Path) -> list[str]:
    """Write every module whose text has changed and remove what has no source. Returns the names written."""
    built: dict[str, str] = {}
    for path in sorted(source.glob("*.js")):
        _build(path.name, source, built, ())
    target.mkdir(parents=True, exist_ok=True)
    for stray in {path.name for path in target.iterdir()} - built.keys():
        (target / stray).unlink()
    changed = [name for name, text in built.items() if _text_of(target / name) != text]
    for name in changed:
        (target / name).write_text(built[name], encoding="utf-8")
    return changed


def _build(name: str, source: Path, built: dict[str, str], above: tuple[str, ...]) -> str:
    """The text of a module, its imports built before it."""
    if name in above:
        raise ModuleError(f"modules import each other in a circle: {' → '.join((*above, name))}")
    if name not in built:
        path = source / name
        if not path.is_file():
            raise ModuleError(f"{above[-1]} imports {name}, which does not exist")

        def versioned(match: re.Match[str]) -> str:
            imported = _build(match[1], source, built, (*above, name))
            return f'"./{match[1]}?v={hashlib.sha256(imported.encode()).hexdigest()[:12]}"'

        built[name] = _IMPORT.sub(versioned, _slim(path.read_text(encoding="utf-8")))
    return built[name]


def _slim(text: str) -> str:
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
