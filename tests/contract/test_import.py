"""A package with one bad date: refused with the place and a sentence, nothing stored, no traceback."""

from __future__ import annotations

from pathlib import Path

from tests.exchange.packages import edited, write_package
from tests.support.installation import new_installation


def test_a_bad_date_in_one_record_refuses_the_whole_package(tmp_path: Path) -> None:
    installation = new_installation(tmp_path / "instance")
    bad = edited("contributions.csv", "2018-03-26T00:30:00+02:00", "2018-02-30T00:30:00+02:00")
    done = installation.run("import", write_package(tmp_path / "package", bad))
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    place, verdict = done.stderr.splitlines()
    # The first record spans two lines: record 2 starts on line 4.
    for part in ("contributions.csv", "record 2", "line 4", "created_at", "2018-02-30T00:30:00+02:00"):
        assert part in place
    assert verdict.startswith("consult: ")
    assert "no consultation" in installation.do("demo", "status")
