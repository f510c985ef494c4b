"""French spaces where a text is shown: `~` stands for the narrow no-break space, `_` for the wide one."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from consult.core.web.typography import typeset, typeset_html


def shown(text: str) -> str:
    return typeset(text, "fr").replace("\u202f", "~").replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Pourquoi ?", "Pourquoi~?"),
        ("Pourquoi?", "Pourquoi~?"),
        ("Quoi ?! Non !!!", "Quoi~?! Non~!!!"),
        ("Quoi ! ?", "Quoi~!~?"),
        ("un ; deux; trois", "un~; deux~; trois"),
        ("Note : ceci", "Note_: ceci"),
        ("Note: ceci", "Note_: ceci"),
        ("« mot »", "«~mot~»"),
        ("«mot»", "«~mot~»"),
        ("C'est «l'été»: vraiment?", "C'est «~l'été~»_: vraiment~?"),
        ("(la halle) : oui", "(la halle)_: oui"),
        ("Et alors?\nNon", "Et alors~?\nNon"),
    ],
)
def test_marks_have_their_spaces(typed: str, expected: str) -> None:
    assert shown(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1 024 habitants", "1~024 habitants"),
        ("12 345 678 €", "12~345~678_€"),
        ("20 % de 3 km", "20~% de 3_km"),
        ("le 23 févr. 2018 et le 1er mars", "le 23_févr._2018 et le 1er_mars"),
        ("à 14 h 30", "à 14_h_30"),
        ("le n° 5", "le n°_5"),
        ("avec M. Durand", "avec M._Durand"),
    ],
)
def test_numbers_dates_and_titles_are_not_parted(typed: str, expected: str) -> None:
    assert shown(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "Voir http://exemple.fr/a?b=1;c et https://exemple.fr/?",
        "Écrire à contact@exemple.fr",
        "à 14:32, au ratio 3:1, ISO 27001:2013",
        "merci :) :D",
        "quoi…? (?)",
        "en 2018 120 personnes, au 01 23 45 67 89",
        "C:\\dossier",
        "déjà\u202f! déjà\u00a0: «\u202foui\u202f»",
        "",
        "un \ue000 privé ?",
    ],
)
def test_what_is_left_alone(typed: str) -> None:
    assert typeset(typed, "fr") == typed


def test_another_language_is_left_alone() -> None:
    assert typeset("Why ? It's 20 % : « so »", "en") == "Why ? It's 20 % : « so »"


def test_doing_it_twice_changes_nothing() -> None:
    once = typeset("Pourquoi ? « 1 024 » : 20 % le 3 mai 2019 !", "fr")
    assert typeset(once, "fr") == once


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><strong>Note</strong>: <em>oui</em> ?</p>", "<p><strong>Note</strong>_: <em>oui</em>~?</p>"),
        ("<p><code>a ? b : c</code> ?</p>", "<p><code>a ? b : c</code>~?</p>"),
        ("<pre><code>x ; y\nz !\n</code></pre><p>Oui !</p>", "<pre><code>x ; y\nz !\n</code></pre><p>Oui~!</p>"),
        ('<a href="/?a ; b" title="qui > quoi ?">Lien ?</a>', '<a href="/?a ; b" title="qui > quoi ?">Lien~?</a>'),
        ("<p>vous &amp; nous ; 3 &lt; 4</p>", "<p>vous &amp; nous~; 3 &lt; 4</p>"),
        ("<p>vous&nbsp;! «&nbsp;oui&nbsp;»</p>", "<p>vous~! «~oui~»</p>"),
        ("<li>« <em>mot</em> »</li>", "<li>«~<em>mot</em>~»</li>"),
    ],
)
def test_html_is_mended_in_its_text_only(html: str, expected: str) -> None:
    found = typeset(Markup(html), "fr")
    assert isinstance(found, Markup)
    assert found.replace("\u202f", "~").replace("\u00a0", "_") == expected


def test_stored_html_is_shown_as_html() -> None:
    assert typeset_html("<p>Oui !</p>", "fr") == Markup("<p>Oui\u202f!</p>")
    assert typeset_html("<p>Oui !</p>", "en") == Markup("<p>Oui !</p>")


def test_a_plain_text_stays_unsafe() -> None:
    assert not isinstance(typeset("<b> ?", "fr"), Markup)
    assert Markup("{}").format(typeset("<b> ?", "fr")) == "&lt;b&gt;\u202f?"


def test_a_long_text_is_mended_too() -> None:
    assert typeset("Pourquoi ? " * 2000, "fr").count("\u202f?") == 2000
