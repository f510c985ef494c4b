"""Texts kept on disk while a package is checked and prepared, so that memory does not grow with their length."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Self

_IN_MEMORY = 8 << 20


class Spool:
    """A list of tuples of texts in a temporary file without a name; small ones never leave memory."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by `close`

    def append(self, *texts: str) -> None:
        """Add the texts of one record; not while the spool is being read."""
        self._file.write(json.dumps(texts).encode())
        self._file.write(b"\n")

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        self._file.seek(0)
        for line in self._file:
            yield tuple(json.loads(line))

    def close(self) -> None:
        """Give the space back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
