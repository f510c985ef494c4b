"""Folders and zips that try to be more than a package."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from consult.core.errors import OperatorError
from consult.exchange.values import Limits
from tests.exchange.packages import FILES, read, refused, write_package, zip_package

KNOWN = (
    "expected only consultation.toml, introduction.md, about.md, contributions.csv, comments.csv, supports.csv, "
    "visits.csv and pictures"
)


def with_entry(path: Path, name: str, content: bytes = b"x", **attributes: int) -> Path:
    """The package as a zip with one entry more."""
    zip_package(path)
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    for attribute, value in attributes.items():
        setattr(entry, attribute, value)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, content)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../visits.csv",
        "/etc/visits.csv",
        "a/../../visits.csv",
        "..\\visits.csv",
        "C:visits.csv",
        "a/..",
        "../x.png",
    ],
)
def test_a_name_outside_the_package_refuses_the_zip(tmp_path: Path, name: str) -> None:
    assert refused(with_entry(tmp_path / "package.zip", name)) == [f"{name}: expected a name inside the package"]


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = with_entry(
        tmp_path / "package.zip", "link.png", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16
    )
    assert refused(path) == ["link.png: expected a regular file, found a link or a device"]


def test_a_file_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = with_entry(tmp_path / "package.zip", "about.md")
    assert refused(path) == ["about.md: expected once in the package, found twice"]


def test_an_unusual_compression_is_refused(tmp_path: Path) -> None:
    path = with_entry(tmp_path / "package.zip", "x.png", compress_type=zipfile.ZIP_LZMA)
    assert refused(path) == ["x.png: expected the usual compression (deflate)"]


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    path = zip_package(tmp_path / "package.zip")
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1  # the first file is said to be encrypted
    path.write_bytes(bytes(content))
    assert refused(path) == ["consultation.toml: expected a file without password"]


def test_a_decompression_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = zip_package(tmp_path / "package.zip", changes={"visits.csv": "\n" * 3_000_000})
    assert refused(path) == ["visits.csv: compressed more than texts can be: it looks like a decompression bomb"]


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(text_bytes=20), "consultation.toml: expected at most 20 bytes, found "),
        (Limits(table_bytes=20), "contributions.csv: expected at most 20 bytes, found "),
        (Limits(total_bytes=100), "package.zip: expected at most 100 bytes unpacked, found more"),
        (Limits(entries=3), "package.zip: expected at most 3 files, found 7"),
        (Limits(line_bytes=30), "introduction.md, line 1: expected lines of at most 30 bytes"),
    ],
)
def test_a_zip_has_its_limits(tmp_path: Path, limits: Limits, problem: str) -> None:
    path = zip_package(tmp_path / "package.zip", changes={"introduction.md": "x" * 40})
    assert refused(path, limits)[0].startswith(problem)


def test_a_folder_has_its_limits(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "package", {"introduction.md": "x" * 40 + "\ny"})
    assert refused(folder, Limits(text_bytes=41))[0] == "introduction.md, line 2: the file is too large"
    assert refused(folder, Limits(table_bytes=99))[-1].startswith("supports.csv, line 4: the file is too large")


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.98])
def test_a_zip_that_was_cut_is_no_package(tmp_path: Path, cut: float) -> None:
    path = zip_package(tmp_path / "package.zip")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    with pytest.raises(OperatorError, match="neither a folder nor a zip file that can be read"):
        read(path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = zip_package(tmp_path / "package.zip")
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("supports.csv")
    content = bytearray(path.read_bytes())
    start = entry.header_offset + 30 + len("supports.csv")
    content[start + 10 : start + 40] = b"\xff" * 30
    path.write_bytes(bytes(content))
    problems = refused(path)
    assert len(problems) == 1
    assert problems[0].startswith("supports.csv: the file cannot be read: ")


@pytest.mark.parametrize("name", ["contribution.csv", "notes.txt", "sub/visits.csv", "consultation.toml.bak"])
def test_an_unknown_file_is_refused_rather_than_lost(tmp_path: Path, name: str) -> None:
    assert refused(with_entry(tmp_path / "package.zip", name)) == [f"{name}: {KNOWN}"]
    folder = write_package(tmp_path / "package")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    assert refused(folder) == [f"{name.split('/', maxsplit=1)[0]}: {KNOWN}"]


@pytest.mark.parametrize("name", ["portraits/a.jpg", "b.PNG", ".DS_Store", "__MACOSX/._about.md", "README.md"])
def test_pictures_and_what_systems_leave_behind_are_left_out(tmp_path: Path, name: str) -> None:
    assert read(with_entry(tmp_path / "package.zip", name)).text.slug == "halle"
    folder = write_package(tmp_path / "package")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\xff")
    assert read(folder).text.slug == "halle"


def test_a_link_or_a_device_in_a_folder_is_refused(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "package", {"visits.csv": None, "supports.csv": None, "about.md": None})
    (folder / "visits.csv").symlink_to("/etc/passwd")
    os.mkfifo(folder / "supports.csv")
    (folder / "about.md").mkdir()
    words = "expected a regular file, found a link, folder or device"
    assert refused(folder)[:3] == [f"about.md: {words}", f"supports.csv: {words}", f"visits.csv: {words}"]


def test_a_zip_around_one_folder_is_looked_into(tmp_path: Path) -> None:
    assert read(zip_package(tmp_path / "one.zip", "package/")).text.slug == "halle"
    path = zip_package(tmp_path / "deep.zip", "a/b/")
    assert f"a/b/about.md: {KNOWN}" in refused(path)
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for folder in ("one/", "two/"):
            for name, content in FILES.items():
                archive.writestr(folder + name, content)
    assert f"one/about.md: {KNOWN}" in refused(tmp_path / "two.zip")


def test_names_cannot_command_the_terminal(tmp_path: Path) -> None:
    problems = refused(with_entry(tmp_path / "package.zip", "a\x1b[31m\u202e.txt"))
    assert problems == [f"a\\x1b[31m\\u202e.txt: {KNOWN}"]
