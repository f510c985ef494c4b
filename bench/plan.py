"""How much is measured: enough for a stable median, or hardly anything for a test of the benchmark itself."""

from __future__ import annotations

from dataclasses import dataclass

from bench.results import NAMES


@dataclass(frozen=True)
class Plan:
    """Rounds, and what is done in each of them."""

    rounds: int = 5
    requests: int = 80
    supports: int = 160
    connections: int = 4
    warm_up: int = 40
    seconds: float = 0.2
    names: frozenset[str] = frozenset(NAMES)

    def wants(self, name: str) -> bool:
        """Whether a figure is asked for."""
        return name in self.names


QUICK = Plan(rounds=1, requests=8, supports=8, connections=2, warm_up=2, seconds=0.01)
