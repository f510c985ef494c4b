"""The benchmark itself: names, shape, arithmetic, a run that measures hardly anything. No timing is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.files import plain
from bench.results import NAMES, Result, Rounds, Unit

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = {
    "page.consultation",
    "page.list.first",
    "page.list.deep",
    "page.contribution",
    "support",
    "flood",
    "statistics",
    "search",
    "export.csv",
    "pdf",
}
KEYS = ["name", "value", "unit", "floor", "ratio", "size", "engine"]


def test_the_names_are_those_of_the_contract() -> None:
    assert set(NAMES) == CONTRACT
    assert len(NAMES) == len(CONTRACT)


@pytest.mark.parametrize("unit", [Unit.REQUESTS, Unit.SUPPORTS, Unit.ROWS])
def test_a_rate_compares_with_its_floor_directly(unit: Unit) -> None:
    assert Result("search", 50.0, unit, 200.0, "S", "sqlite").ratio == 0.25


def test_a_duration_compares_the_other_way_round() -> None:
    assert Result("pdf", 4.0, Unit.SECONDS, 1.0, "S", "sqlite").ratio == 0.25
    assert Result("pdf", 1.0, Unit.SECONDS, 1.0, "S", "sqlite").ratio == 1


def test_a_line_is_one_json_object_with_the_keys_of_the_contract() -> None:
    line = Result("support", 123.4567, Unit.SUPPORTS, 1000.0, "M", "postgresql").line()
    assert "\n" not in line
    assert list(json.loads(line)) == KEYS
    assert json.loads(line) == {
        "name": "support",
        "value": 123.5,
        "unit": "supports/s",
        "floor": 1000.0,
        "ratio": 0.1235,
        "size": "M",
        "engine": "postgresql",
    }


def test_one_disturbed_round_does_not_move_a_figure() -> None:
    rounds = Rounds()
    for value in (100.0, 3.0, 101.0):
        rounds.add(value)
    assert rounds.median == 100.0


def test_the_bare_text_of_a_document_has_its_words_and_none_of_its_dress() -> None:
    html = (
        "<!doctype html><html><head><title>No</title><style>p{}</style></head><body class='a'><section>"
        "<h1 id='x'>Title &amp; more</h1><p class='lead'>One <strong>two</strong><br>three</p>"
        "<figure><svg><title>Plot</title><text>9</text></svg></figure></section></body></html>"
    )
    text = plain(html)
    assert "<h1>Title &amp; more</h1><p>One <strong>two</strong><br>three</p>" in text
    for left_out in ("class", "style", "Plot", "9", "section"):
        assert left_out not in text


@pytest.mark.slow
def test_a_run_prints_every_name_once_and_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--size", "S"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["name"] for line in lines] == list(NAMES)
    for line in lines:
        assert list(line) == KEYS
        assert (line["size"], line["engine"]) == ("S", "sqlite")
        assert line["value"] > 0
        assert line["floor"] > 0
        better = line["floor"] / line["value"] if line["unit"] == "s" else line["value"] / line["floor"]
        assert line["ratio"] == pytest.approx(better, rel=2e-3)


def test_an_unknown_size_is_refused_with_the_ones_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--size", "XXL"])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "XL" in said.err.replace("XXL", "")
