"""The browser's modules: imports carry versions, and the source keeps to what pages may do."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from build_assets import STATIC, VENDOR
from build_modules import ModuleError, build_modules

SOURCES = sorted((STATIC / "js").glob("*.js"))
# What a reader of a consultation is sent: the binding, the figures and what they import.
FIRST_VISIT = ("main.js", "figures.js", "send.js")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "js"
    folder.mkdir()
    (folder / "main.js").write_text('// Binds.\nconst a = () => import("./a.js");\n  a();\n')
    (folder / "a.js").write_text('import { b } from "./b.js";\nexport default b;\n')
    (folder / "b.js").write_text("export const b = 1;\n")
    return folder


def test_a_change_reaches_the_address_of_everything_above_it(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    assert sorted(build_modules(source, target)) == ["a.js", "b.js", "main.js"]
    main, a = ((target / name).read_text() for name in ("main.js", "a.js"))
    assert re.fullmatch(r'const a = \(\) => import\("\./a\.js\?v=[0-9a-f]{12}"\);\na\(\);\n', main)
    assert re.search(r'"\./b\.js\?v=[0-9a-f]{12}"', a)
    (source / "b.js").write_text("export const b = 2;\n")
    assert sorted(build_modules(source, target)) == ["a.js", "b.js", "main.js"]
    assert (target / "main.js").read_text() != main


def test_a_second_run_writes_nothing_and_leaves_no_stray(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    build_modules(source, target)
    (target / "old.js").write_text("")
    assert build_modules(source, target) == []
    assert not (target / "old.js").exists()


def test_what_cannot_be_built_is_refused(source: Path, tmp_path: Path) -> None:
    (source / "b.js").write_text('import "./a.js";\n')
    with pytest.raises(ModuleError, match="in a circle"):
        build_modules(source, tmp_path / "vendor")
    (source / "b.js").write_text('import "./c.js";\n')
    with pytest.raises(ModuleError, match="which does not exist"):
        build_modules(source, tmp_path / "vendor")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_modules_load_nothing_from_elsewhere_and_make_no_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?:|\beval\b|new Function|innerHTML|outerHTML|document\.write|\.style\b", text)
    # The build drops indentation, which a text over several lines would miss.
    assert all(line.count("`") % 2 == 0 for line in text.splitlines())


def test_every_module_that_a_template_names_can_be_loaded() -> None:
    main = (STATIC / "js" / "main.js").read_text(encoding="utf-8")
    offered = set(re.findall(r'^  (\w+): \(\) => import\("\./\1\.js"\)', main, flags=re.MULTILINE))
    named = {
        name
        for path in (STATIC.parents[1] / "templates").rglob("*.html")
        for names in re.findall(r'data-module="([^"{]+)"', path.read_text(encoding="utf-8"))
        for name in names.split()
    }
    assert named == offered


def test_modules_are_light() -> None:
    def weight(names: tuple[str, ...]) -> int:
        return sum(len(gzip.compress((VENDOR / "js" / name).read_bytes())) for name in names)

    assert weight(FIRST_VISIT) <= 3 * 1024
    assert weight(tuple(path.name for path in SOURCES)) <= 9 * 1024
