"""What style sheets and scripts must not do to people who point, look or hold their screen otherwise."""

from __future__ import annotations

import re
from pathlib import Path

from build_assets import CSS

SCRIPTS = CSS.parent / "js"
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
# What a rule for the pointer or the focus may change: how a thing looks, never whether it is there.
LOOKS = re.compile(
    r"(--[\w-]+|background|color|fill|stroke|(outline|box-shadow|text-decoration|text-underline|border)(-[a-z-]+)?"
    r"|background-[a-z]+|cursor|scroll-behavior)$"
)
# They make themselves visible when the keyboard reaches them, and have nothing else to show.
SHOW_THEMSELVES = (".skip-link:focus", ".visually-hidden:not(:focus, :active, :focus-within)")
# Ornaments and numbers of steps; words would be read by nobody who does without style sheets.
ORNAMENTS = {
    '"‹" / ""',
    '""',
    '"✓"',
    '"/"',
    '"‹"',
    "counter(step)",
    "counter(question)",
    '" (" attr(href) ")"',
    "none",
}


def texts(folder: Path, pattern: str) -> dict[str, str]:
    """The files without their comments."""
    return {
        path.name: re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for path in sorted(folder.rglob(pattern))
    }


def test_nothing_appears_or_goes_under_the_pointer_or_the_focus() -> None:
    """There is no content that only some can reach (10.13, 10.14, 12.11)."""
    strays = []
    for name, text in texts(CSS, "*.css").items():
        for selector, body in RULE.findall(text):
            if not re.search(r":(hover|focus)", selector) or selector.strip() in SHOW_THEMSELVES:
                continue
            properties = re.findall(r"([\w-]+)\s*:", re.sub(r"\([^)]*\)", "", body))
            strays += [f"{name}: {selector.strip()}: {item}" for item in properties if not LOOKS.match(item)]
    assert strays == []


def test_style_sheets_write_no_words() -> None:
    """What they add says nothing that the page does not say (10.2)."""
    written = {
        (name, value.strip())
        for name, text in texts(CSS, "*.css").items()
        for value in re.findall(r"[\s;{]content:([^;]+);", text)
    }
    assert {item for item in written if item[1] not in ORNAMENTS} == set()


def test_text_and_its_ground_are_set_together() -> None:
    """The page sets both; a component that sets a ground sets its text too, or takes the page's (10.5)."""
    (body,) = re.findall(r"\n  body \{([^}]*)\}", (CSS / "base.css").read_text(encoding="utf-8"))
    assert "color: var(--ink)" in body
    assert "background: var(--paper)" in body
    images = [
        name for name, text in texts(CSS, "*.css").items() if re.search(r"background(-image)?:[^;]*url\(", text)
    ]
    assert images == []


def test_nothing_moves_by_itself_and_no_screen_must_be_turned() -> None:
    """No animation, and no rule about how a screen is held (13.7, 13.8, 13.9)."""
    for name, text in texts(CSS, "*.css").items():
        assert not re.search(r"@keyframes|animation", text), name
        assert not re.search(r"@media[^{]*orientation", text), name


def test_scripts_leave_keys_gestures_and_windows_alone() -> None:
    """No key but Escape, no act on the press, no gesture, no window (12.10, 13.2, 13.10 to 13.12)."""
    for name, text in texts(SCRIPTS, "*.js").items():
        heard = set(re.findall(r"addEventListener\(\s*\"([\w:]+)\"", text))
        never = re.compile(r"key(press|up)|mouse|pointer|touch|drag|wheel|gesture|device|orientation|scroll")
        assert {event for event in heard if never.match(event)} == set(), name
        assert set(re.findall(r"\.key === \"(\w+)\"", text)) <= {"Escape"}, name
        assert "keydown" not in heard or ".key ===" in text, name
        assert not re.search(r"window\.open|\.blur\(|accessKey|autofocus|http-equiv", text), name


def test_scripts_change_nothing_while_one_chooses() -> None:
    """A form is sent when its button is pressed, never because a choice was made or a field was left (7.4)."""
    for name, text in texts(SCRIPTS, "*.js").items():
        heard = set(re.findall(r"addEventListener\(\s*\"([\w:]+)\"", text))
        assert heard & {"change", "blur", "focusout", "focusin"} == set(), name
        assert "requestSubmit" not in text, name
