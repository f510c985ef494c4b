"""The check of the translations: each kind of fault is found and named, and a clean set passes."""

from __future__ import annotations

from pathlib import Path

import catalogues
import check_translations
import pytest

SOURCE = """
from flask_babel import gettext as _, ngettext

def greet(name, number):
    return _("Hello %(name)s", name=name), ngettext("%(num)s support", "%(num)s supports", number)
"""
TEMPLATE = "{% trans %}\n  Read the\n  synthesis\n{% endtrans %}"
FRENCH: dict[str, str | tuple[str, str]] = {
    "Hello %(name)s": "Bonjour %(name)s",
    "%(num)s support": ("un soutien", "%(num)s soutiens"),
    "Read the synthesis": "Lire la synthèse\u202f!",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose catalogues are in step and complete."""
    (tmp_path / "consult").mkdir()
    (tmp_path / "consult" / "views.py").write_text(SOURCE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "other.py").write_text('_("Not ours")')
    catalogues.update(tmp_path)
    translate(tmp_path, FRENCH)
    return tmp_path


def translate(root: Path, sentences: dict[str, str | tuple[str, str]], *, fuzzy: bool = False) -> None:
    path = catalogues.catalogue_path(root, "fr")
    catalogue = catalogues.read(path, "fr")
    for identifier, translation in sentences.items():
        message = catalogue.get(identifier)
        assert message is not None, identifier
        message.string = translation
        if fuzzy:
            message.flags.add("fuzzy")
    catalogues.write(path, catalogue)


def faults(root: Path) -> list[str]:
    return list(check_translations.faults(root))


def test_a_complete_set_has_no_fault(project: Path) -> None:
    assert faults(project) == []


def test_an_update_without_news_changes_no_file(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*.po*")}
    catalogues.update(project)
    assert {path: path.read_bytes() for path in project.rglob("*.po*")} == before
    assert len(before) == 3


def test_a_new_sentence_is_missing_everywhere(project: Path) -> None:
    (project / "consult" / "more.py").write_text('_("Sign out")')
    assert faults(project) == [
        "messages.pot: missing: 'Sign out'",
        "fr: missing: 'Sign out'",
        "en: missing: 'Sign out'",
    ]


def test_a_sentence_that_is_gone_is_obsolete_until_the_update(project: Path) -> None:
    (project / "templates" / "page.html").write_text("")
    assert "fr: obsolete: 'Read the synthesis'" in faults(project)
    catalogues.update(project)
    assert faults(project) == []


@pytest.mark.parametrize(
    ("sentences", "fuzzy", "expected"),
    [
        ({"Read the synthesis": ""}, False, "fr: not translated: 'Read the synthesis'"),
        ({"%(num)s support": ("un soutien", "")}, False, "fr: not translated: '%(num)s support'"),
        ({"Read the synthesis": "Lire"}, True, "fr: fuzzy: 'Read the synthesis'"),
        ({"Hello %(name)s": "Bonjour"}, False, "fr: placeholders differ: 'Hello %(name)s'"),
        ({"Hello %(name)s": "Bonjour %(nom)s"}, False, "fr: placeholders differ: 'Hello %(name)s'"),
        (
            {"%(num)s support": ("%(n)s soutien", "%(num)s soutiens")},
            False,
            "fr: placeholders differ: '%(num)s support'",
        ),
        ({"%(num)s support": ("un soutien", "soutiens")}, False, "fr: placeholders differ: '%(num)s support'"),
        (
            {"Read the synthesis": "Lire la synthèse !"},
            False,
            "fr: breaking space before ; ! ? : or inside « »: 'Read the synthesis'",
        ),
    ],
)
def test_a_faulty_translation_is_named(
    project: Path, sentences: dict[str, str | tuple[str, str]], fuzzy: bool, expected: str
) -> None:
    translate(project, sentences, fuzzy=fuzzy)
    assert faults(project) == [expected]


def test_compiled_catalogues_answer_in_french(project: Path) -> None:
    catalogues.compile_all(project)
    compiled = catalogues.catalogue_path(project, "fr").with_suffix(".mo")
    assert "Lire la synthèse".encode() in compiled.read_bytes()
    assert catalogues.catalogue_path(project, "en").with_suffix(".mo").exists()
