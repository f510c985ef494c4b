"""What a benchmark says: a figure, its floor, and how the two compare."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

# The names that others call, in the order in which they are measured.
NAMES = (
    "page.consultation",
    "page.list.first",
    "page.list.deep",
    "page.contribution",
    "statistics",
    "search",
    "support",
    "flood",
    "export.csv",
    "pdf",
)


class Unit(StrEnum):
    """What a figure counts. A rate is better when it is higher, a duration when it is lower."""

    REQUESTS = "requests/s"
    SUPPORTS = "supports/s"
    ROWS = "rows/s"
    SECONDS = "s"
    SHARE = "share"  # of the speed in peace


@dataclass(frozen=True)
class Result:
    """One measured figure and the floor measured beside it, both in `unit`."""

    name: str
    value: float
    unit: Unit
    floor: float
    size: str
    engine: str

    @property
    def ratio(self) -> float:
        """Speed relative to the floor: 1 is as fast, more is better."""
        if self.unit is Unit.SECONDS:
            return self.floor / self.value
        return self.value / self.floor

    def line(self) -> str:
        """The result as one JSON object, as the contract has it."""
        return json.dumps(
            {
                "name": self.name,
                "value": _rounded(self.value),
                "unit": self.unit.value,
                "floor": _rounded(self.floor),
                "ratio": _rounded(self.ratio),
                "size": self.size,
                "engine": self.engine,
            }
        )


class Rounds:
    """Repeated measurements of one thing; their median is what is reported."""

    def __init__(self) -> None:
        self._values: list[float] = []

    def add(self, value: float) -> None:
        """Note one round's figure."""
        self._values.append(value)

    @property
    def median(self) -> float:
        """The middle of all rounds, which one disturbed round does not move."""
        return median(self._values)


def _rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")
