"""The sizes consultations are tried with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How much a generated consultation holds.

    `days` is how many days it has been open, all of them over, of `days_total`; `words` the mean length of a
    contribution. Every figure is met exactly.
    """

    name: str
    contributions: int
    participants: int
    supports: int
    comments: int
    visitors: int
    days: int
    days_total: int
    words: int

    @property
    def authors(self) -> int:
        """How many of the participants bring contributions; all the others support at least one."""
        return min(self.contributions, round(self.participants * 0.4))

    @property
    def slug(self) -> str:
        """The address of the generated consultation."""
        return f"taille-{self.name.lower()}"


SIZES = {
    size.name: size
    for size in (
        # The model page: 553rd day of 555.
        Size("S", 10, 37, 48, 12, 745, 552, 555, 180),
        # République numérique, 2015; the number of its comments is ours.
        Size("M", 8_500, 21_330, 148_000, 12_000, 125_000, 21, 42, 150),
        # The supports of Decide Madrid; its other numbers are ours, in proportion.
        Size("L", 22_000, 60_000, 400_000, 30_000, 350_000, 365, 500, 150),
        # Grand Débat, 2019. People could not support each other there: those acts are ours.
        Size("XL", 1_932_881, 506_000, 500_000, 100_000, 2_800_000, 60, 90, 60),
    )
}
