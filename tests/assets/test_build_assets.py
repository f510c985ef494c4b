"""The build: what it reads is complete and pinned, what it writes is in order."""

from __future__ import annotations

import json
import re

import build_assets
import pytest
from build_assets import CSS, FACES, LOCK, NARROW_NO_BREAK_SPACE, ROOT
from fontTools.ttLib import TTFont


def test_the_lock_names_versions_and_hashes_but_no_address() -> None:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    assert all("integrity" in entry and "version" in entry for path, entry in packages.items() if path)
    assert "resolved" not in LOCK.read_text(encoding="utf-8")


def test_every_style_sheet_writes_into_a_layer_and_shouts_nowhere() -> None:
    order = re.findall(r"[\w-]+(?=[,;])", (CSS / "layers.css").read_text(encoding="utf-8").split("@layer")[1])
    assert order == ["reset", "tokens", "base", "layout", "components", "utilities"]
    for sheet in build_assets.style_sheets():
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "!important" not in text, sheet.name
        if sheet.stem not in {"layers", "fonts"}:
            layer = "components" if sheet.parent.name == "components" else sheet.stem.replace("print", "utilities")
            assert text.strip().startswith(f"@layer {layer} {{"), sheet.name


def test_a_style_sheet_without_a_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_assets, "STYLE_SHEETS", ("layers", "reset"))
    with pytest.raises(build_assets.BuildError, match="no place in the cascade"):
        build_assets.style_sheets()


def test_templates_use_no_inline_style_or_script() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts]
    forbidden = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", re.IGNORECASE)
    assert {
        path.name: found[0] for path in pages if (found := forbidden.search(path.read_text(encoding="utf-8")))
    } == {}


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_fonts_hold_french_and_stay_small(face: build_assets.Face) -> None:
    file = build_assets.FONTS / f"{face.name}-latin.woff2"
    known = TTFont(file).getBestCmap()
    assert {*map(ord, "ÀÂÇÉÈÊËÎÏÔŒÙÛÜàâçéèêëîïôœùûüÿæ«»’–…€\u00a0"), NARROW_NO_BREAK_SPACE} <= known.keys()
    assert file.stat().st_size <= 31 * 1024
    for weight in face.pdf_weights:
        fixed = TTFont(build_assets.FONTS / "pdf" / f"{face.name}-{weight}.ttf").getBestCmap()
        assert {*map(ord, " éŁș’"), NARROW_NO_BREAK_SPACE} <= fixed.keys(), "all letters of a weight in one file"


def test_a_second_run_changes_nothing() -> None:
    build_assets.main()
    before = (build_assets.VENDOR / "consult.css").stat().st_mtime_ns
    assert build_assets.main() == 0
    assert (build_assets.VENDOR / "consult.css").stat().st_mtime_ns == before
