"""What can be wrong with a package: collected, and each said in one line."""

from __future__ import annotations

from dataclasses import dataclass, field

from consult.core.errors import OperatorError

AT_MOST = 20


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the file, the record and the line it starts at, the column or key, what to do."""

    file: str
    words: str
    record: int | None = None
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        places = (("record", self.record), ("line", self.line), ("column", self.column))
        return ", ".join([self.file, *(f"{name} {value}" for name, value in places if value)]) + f": {self.words}"


class PackageRefused(OperatorError):
    """A package holds errors, and nothing was stored; `problems` names the first ones.

    `complete` tells that they are all there is; `path` is the package, once known.
    """

    def __init__(self, problems: tuple[Problem, ...], *, complete: bool = True) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.complete = complete
        self.path = ""


class Unreadable(Exception):
    """A file cannot be read any further; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class Problems:
    """The problems found so far; reading goes on behind each of them, up to a limit."""

    limit: int = AT_MOST
    found: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Note a problem; raises `PackageRefused` once there are enough to begin with."""
        self.found.append(problem)
        if len(self.found) >= self.limit:
            raise PackageRefused(tuple(self.found), complete=False)

    def refuse_if_any(self) -> None:
        """Raises `PackageRefused` when a problem was found."""
        if self.found:
            raise PackageRefused(tuple(self.found))
