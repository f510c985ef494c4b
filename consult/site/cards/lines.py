"""Breaks a text into lines that fit, between words: pure computation, given a function that measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Measure = Callable[[str], float]


def wrap(text: str, room: float, measure: Measure) -> list[str]:
    """Lines no wider than `room`, broken at ordinary spaces only: the no-break spaces of French hold.

    A single word wider than `room` (an address, not a title) is the one thing that is cut inside.
    """
    lines: list[str] = []
    for word in text.split(" "):
        if not word:
            continue
        if lines and measure(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.extend(_pieces(word, room, measure))
    return lines


def fit_on_lines(text: str, room: float, sizes: Sequence[tuple[Measure, int]]) -> tuple[list[str], int]:
    """The lines of the first size that takes the whole text, and which size that is.

    `sizes` go from large to small, each with the number of lines that it has room for. What fits in none is cut
    after a word of the last one and ends with an ellipsis.
    """
    for index, (measure, most) in enumerate(sizes):
        lines = wrap(text, room, measure)
        whole_words = all(measure(word) <= room for word in text.split(" "))
        if whole_words and len(lines) <= most:
            return lines, index
    measure, most = sizes[-1]
    lines = wrap(text, room, measure)
    if len(lines) > most:
        lines = [*lines[: most - 1], _ended(lines[most - 1], room, measure)]
    return lines, len(sizes) - 1


def _ended(line: str, room: float, measure: Measure) -> str:
    """A line that says with an ellipsis that more would follow; room is made word by word."""
    while line and measure(f"{line} …") > room:
        line = line.rsplit(" ", 1)[0] if " " in line else line[:-1]
    return f"{line} …"


def _pieces(word: str, room: float, measure: Measure) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
