"""Where a package comes from: a folder or a zip, both read as streams and never unpacked."""

from __future__ import annotations

import stat
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from consult.core.errors import OperatorError
from consult.exchange.errors import PackageRefused, Problem, Problems, Unreadable
from consult.exchange.messages import printable
from consult.exchange.values import KNOWN, MANIFEST, Limits

# What a data package that goes out holds beside the import format: it may come back as it is.
_EXPORTED = {
    "ledger.jsonl", "statistics.json", "datapackage.json", "dictionary.csv", "README.md", "LICENCE.txt",
    "verify.py", "text_salts.csv", "supports_by_week.csv", "people.csv", "ledger_openings.jsonl",
}  # fmt: skip
_PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
_LEFT_BY_SYSTEMS = {"__MACOSX", "Thumbs.db", "desktop.ini"}
_BOM = b"\xef\xbb\xbf"
_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


class Source(ABC):
    """The files of a package by name."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    @abstractmethod
    def __contains__(self, name: str) -> bool:
        """True when the package holds this file."""

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file that the package holds."""

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a UTF-8 file with their ends, a byte order mark left out; raises `Unreadable`.

        Decoded one by one, so that a wrong byte is told by its line and no file is ever held whole.
        """
        longest = self.limits.line_bytes
        left = self.limits.table_bytes if name.endswith(".csv") else self.limits.text_bytes
        try:
            with self.open(name) as stream:
                number = 0
                while raw := stream.readline(longest + 1):
                    number += 1
                    left -= len(raw)
                    if len(raw) > longest:
                        raise Unreadable(Problem(name, f"expected lines of at most {longest} bytes", line=number))
                    if left < 0:
                        raise Unreadable(Problem(name, "the file is too large", line=number))
                    yield _decoded(name, number, raw.removeprefix(_BOM) if number == 1 else raw)
        except _DAMAGED as error:
            words = f"the file cannot be read: {printable(str(error))}"
            raise Unreadable(Problem(name, words)) from error

    def text(self, name: str) -> str:
        """A whole UTF-8 file with `\\n` line ends; raises `Unreadable`."""
        if name not in self:
            raise Unreadable(Problem(name, "expected this file in the package, found none"))
        return "".join(self.lines(name)).replace("\r\n", "\n")


class _Folder(Source):
    def __init__(self, path: Path, limits: Limits, problems: Problems) -> None:
        super().__init__(limits)
        self._path = path
        self._names = set()
        for entry in sorted(path.iterdir()):
            known = entry.name in KNOWN
            if not known and not (entry.is_dir() and entry.name == "portraits") and not _is_ignored(entry.name):
                problems.add(_unknown(entry.name))
            if known and not stat.S_ISREG(entry.lstat().st_mode):
                problems.add(Problem(entry.name, "expected a regular file, found a link, folder or device"))
            elif known:
                self._names.add(entry.name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class _Zip(Source):
    def __init__(self, archive: zipfile.ZipFile, label: str, limits: Limits, problems: Problems) -> None:
        super().__init__(limits)
        self._archive = archive
        self._entries: dict[str, zipfile.ZipInfo] = {}
        entries = archive.infolist()
        if len(entries) > limits.entries:
            words = f"expected at most {limits.entries} files, found {len(entries)}"
            raise PackageRefused((Problem(label, words),))
        if sum(entry.file_size for entry in entries) > limits.total_bytes:
            words = f"expected at most {limits.total_bytes} bytes unpacked, found more"
            raise PackageRefused((Problem(label, words),))
        for entry in entries:
            if words := self._danger(entry):
                problems.add(Problem(printable(entry.orig_filename), words))
        problems.refuse_if_any()
        folder = _common_folder([entry.filename for entry in entries])
        for entry in entries:
            self._add(entry, entry.filename.removeprefix(folder), problems)

    def _add(self, entry: zipfile.ZipInfo, name: str, problems: Problems) -> None:
        if entry.is_dir():
            return
        if name in self._entries:
            problems.add(Problem(name, "expected once in the package, found twice"))
        elif name in KNOWN:
            self._entries[name] = entry
        elif not _is_ignored(name):
            problems.add(_unknown(name))

    def _danger(self, entry: zipfile.ZipInfo) -> str:
        """Why an entry is refused, or nothing. Names are looked at although nothing is ever unpacked."""
        name = entry.orig_filename
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
            return "expected a name inside the package"
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            return "expected a regular file, found a link or a device"
        if entry.flag_bits & 1:
            return "expected a file without password"
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            return "expected the usual compression (deflate)"
        limit = self.limits.table_bytes if name.endswith(".csv") else self.limits.text_bytes
        wanted = PurePosixPath(name).name in KNOWN
        if wanted and entry.file_size > limit:
            return f"expected at most {limit} bytes, found {entry.file_size}"
        if wanted and entry.file_size > self.limits.ratio * max(entry.compress_size, 1024):
            return "compressed more than texts can be: it looks like a decompression bomb"
        return ""

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._entries[name])


@contextmanager
def open_source(path: Path, problems: Problems, limits: Limits | None = None) -> Iterator[Source]:
    """The package at `path`; what is wrong with its list of files goes to `problems`.

    Raises `OperatorError` when there is neither a folder nor a zip, `PackageRefused` for a zip that is refused
    as a whole.
    """
    limits = limits or Limits()
    if path.is_dir():
        yield _Folder(path, limits, problems)
        return
    if not path.is_file():
        raise OperatorError(f"{path}: there is no such folder or file")
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise OperatorError(f"{path}: neither a folder nor a zip file that can be read") from error
    with archive:
        yield _Zip(archive, path.name, limits, problems)


def _decoded(name: str, number: int, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        words = (
            f"expected UTF-8 text, found the byte 0x{raw[error.start]:02x} at place {error.start + 1} of the line"
        )
        raise Unreadable(Problem(name, words, line=number)) from error


def _is_ignored(name: str) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") or part in _LEFT_BY_SYSTEMS for part in parts)
    return hidden or name in _EXPORTED or PurePosixPath(name).suffix.lower() in _PICTURES


def _unknown(name: str) -> Problem:
    return Problem(printable(name), f"expected only {', '.join(KNOWN)} and pictures")


def _common_folder(names: list[str]) -> str:
    """The folder that `zip -r package.zip package` puts around everything, or nothing."""
    if MANIFEST in names:
        return ""
    around = [name.removesuffix(MANIFEST) for name in names if name.endswith("/" + MANIFEST)]
    return around[0] if len(around) == 1 and around[0].count("/") == 1 else ""
