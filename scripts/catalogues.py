"""Collect the sentences to translate, carry them into the catalogues, compile the catalogues.

* ``python scripts/catalogues.py update``: sources → ``translations/messages.pot`` → each ``messages.po``;
* ``python scripts/catalogues.py compile``: each ``messages.po`` → ``messages.mo`` (ignored by git, in the wheel).

Sources are English. The files carry neither dates nor line numbers: they change when a sentence does.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr", "en")
SOURCES = {"consult", "templates"}
METHODS = [("consult/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
# As the application's Jinja environment reads them, or a sentence of several lines would have another name
# here than there; a syntax error is not passed over.
_JINJA = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
OPTIONS = {"templates/**": _JINJA | {"silent": "false"}}
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(
    ["_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "_n:1,2", "_ln:1,2"]
)
TRANSLATOR_COMMENTS = ("Translators:",)
# Dates change without a sentence changing; the rest would be placeholders that nobody fills in.
DROPPED_HEADERS = tuple(
    f'"{header}:'
    for header in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
    )
)


def template_path(root: Path) -> Path:
    """Return the file of the collected sentences."""
    return root / "translations" / "messages.pot"


def catalogue_path(root: Path, language: str) -> Path:
    """Return the file of one language's translations."""
    return root / "translations" / language / "LC_MESSAGES" / "messages.po"


def extract(root: Path) -> Catalog:
    """Collect every sentence to translate from the sources below ``root``."""
    catalogue = Catalog(fuzzy=False)
    found = extract_from_dir(
        root,
        METHODS,
        OPTIONS,
        KEYWORDS,
        TRANSLATOR_COMMENTS,
        strip_comment_tags=True,
        directory_filter=lambda folder: Path(folder).relative_to(root).parts[0] in SOURCES,
    )
    for filename, _line, message, comments, context in found:
        catalogue.add(message, locations=[(filename, 0)], auto_comments=comments, context=context)
    return catalogue


def read(path: Path, language: str | None = None) -> Catalog:
    """Read a catalogue; one that does not exist yet is empty."""
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue without dates and line numbers, sentences in the order of their files."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    lines = buffer.getvalue().decode("utf-8").splitlines(keepends=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line for line in lines if not line.startswith(DROPPED_HEADERS)), encoding="utf-8")


def update(root: Path) -> None:
    """Bring the template and both catalogues in step with the sources; nothing is guessed (no fuzzy entry)."""
    template = extract(root)
    template.header_comment = "# Sentences of Consult to translate. Written by `make translations`."
    write(template_path(root), template)
    for language in LANGUAGES:
        path = catalogue_path(root, language)
        catalogue = read(path, language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.header_comment = f"# Consult in '{language}'. Entries are added by `make translations`."
        catalogue.fuzzy = False
        write(path, catalogue)


def compile_all(root: Path) -> None:
    """Write the compiled form that the application reads, for each language."""
    for language in LANGUAGES:
        path = catalogue_path(root, language)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path, language))


def main(arguments: list[str]) -> int:
    """Run the command named on the command line. Returns the exit status."""
    commands = {"update": update, "compile": compile_all}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: catalogues.py {'|'.join(commands)}", file=sys.stderr)
        return 2
    commands[arguments[0]](ROOT)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
