"""The verifier notices whatever is done to a package, and names the first bad line."""

from __future__ import annotations

import ast
import csv
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consult.core.db import transaction
from consult.ledger import rules
from consult.ledger.tasks import anchor_lines
from consult.ledger.verifier import verify
from consult.ledger.verifier.verify import Broken, Chain, Replay, check_package
from consult.reports.packages.archive import package_files
from consult.reports.queries.package import contributions, supports
from tests.conftest import NOW
from tests.ledger.walk import Walk
from tests.support.factories import Factory

Files = dict[str, bytes]
MUTATIONS = 1_000


@pytest.fixture
def walk(make: Factory) -> Walk:
    walk = Walk(make, make.consultation())
    walk.everything()
    walk.seal()
    return walk


def files_of(walk: Walk, *, complete: bool = False) -> Files:
    """The files of a package."""
    with transaction() as session:
        found = package_files(session, walk.consultation.id, complete=complete, now=NOW)
        return {name: "".join(pieces).encode() for name, pieces in found}


def written(files: Files, folder: Path) -> Path:
    """The files in a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def problem(files: Files, folder: Path) -> str:
    """What the verifier says of files that do not agree."""
    with pytest.raises(Broken) as caught:
        check_package(written(files, folder))
    return str(caught.value)


@pytest.mark.parametrize("complete", [False, True])
def test_a_package_agrees(walk: Walk, tmp_path: Path, complete: bool) -> None:
    lines = check_package(written(files_of(walk, complete=complete), tmp_path))
    assert lines[0].startswith("20 entries, each follows from the one before; head ")
    assert "texts that agree with their digests: 5" in lines, "a contribution, two comments, two of the team"
    assert any("nobody counts twice" in line for line in lines) is complete


def test_it_runs_alone_from_the_package_with_the_standard_library(walk: Walk, tmp_path: Path) -> None:
    files = files_of(walk)
    done = subprocess.run(
        [sys.executable, "-I", "-S", written(files, tmp_path) / "verify.py"],
        capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "VERIFIED"), done.stderr
    source = files["verify.py"].decode()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else name.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in node.names
    }
    assert imported <= {*sys.stdlib_module_names, "collections.abc"}


def test_its_words_and_statuses_are_those_of_a_command(
    walk: Walk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = files_of(walk)
    package = tmp_path / "package.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"data/{name}", content)
    assert verify.main([str(package)]) == 0
    lines = files["ledger.jsonl"].splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"supports":1', b'"supports":2')
    assert verify.main([str(written({**files, "ledger.jsonl": b"".join(lines)}, tmp_path / "bad"))]) == 1
    assert "NOT VERIFIED: ledger.jsonl, line 5: its hash is not that of its content" in capsys.readouterr().out
    assert verify.main([str(tmp_path / "nothing.zip")]) == 2


def test_a_thousand_random_mutations_of_the_journal_are_detected(walk: Walk, tmp_path: Path) -> None:
    files = files_of(walk)
    folder = written(files, tmp_path)
    luck = random.Random(24)
    missed = []
    for turn in range(MUTATIONS):
        name, mutate = luck.choice(KINDS)
        changed = mutate(files["ledger.jsonl"].splitlines(keepends=True), luck)
        content = b"".join(changed)
        if content == files["ledger.jsonl"]:
            continue
        (folder / "ledger.jsonl").write_bytes(content)
        try:
            check_package(folder)
        except Broken:
            continue
        missed.append((turn, name))
    assert missed == []


def _edit(lines: list[bytes], luck: random.Random) -> list[bytes]:
    """Another value for a random member of a random entry, hashes left as they were."""
    place = luck.randrange(len(lines))
    entry = json.loads(lines[place])
    _change(entry, luck)
    return [*lines[:place], (rules.canonical(entry) + "\n").encode(), *lines[place + 1 :]]


def _edit_and_hash(lines: list[bytes], luck: random.Random) -> list[bytes]:
    """The same by somebody who hashes everything anew from there on: the head tells."""
    place = luck.randrange(len(lines))
    entries = [json.loads(line) for line in lines]
    _change(entries[place]["payload"], luck)
    return hashed(entries)


def _change(entry: dict[str, Any], luck: random.Random) -> None:
    name = luck.choice(sorted(entry))
    value = entry[name]
    if isinstance(value, dict):
        if value and luck.random() < 0.8:
            _change(value, luck)
        else:
            value[luck.choice(["visitors", "supports", "anything"])] = luck.randint(2, 9)
    elif isinstance(value, int):
        entry[name] = value + luck.choice([-2, -1, 1, 2, 1000])
    elif isinstance(value, str) and value:
        spot = luck.randrange(len(value))
        entry[name] = value[:spot] + luck.choice("0f9x-é ") + value[spot + 1 :]
    else:
        entry[name] = luck.choice([1, "something", [], True])


def hashed(entries: list[dict[str, Any]]) -> list[bytes]:
    """Entries as a forger writes them: every hash computed anew."""
    previous, lines = "0" * 64, []
    for sequence, entry in enumerate(entries, 1):
        words = {**entry, "sequence": sequence, "previous": previous}
        words.pop("hash", None)
        previous = rules.digest_of(words)
        lines.append((rules.canonical({**words, "hash": previous}) + "\n").encode())
    return lines


def _flip(lines: list[bytes], luck: random.Random) -> list[bytes]:
    content = bytearray(b"".join(lines))
    content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
    return [bytes(content)]


def _delete(lines: list[bytes], luck: random.Random) -> list[bytes]:
    place = luck.randrange(len(lines))
    return lines[:place] + lines[place + 1 :]


def _duplicate(lines: list[bytes], luck: random.Random) -> list[bytes]:
    lines.insert(luck.randrange(len(lines) + 1), luck.choice(lines))
    return lines


def _reorder(lines: list[bytes], luck: random.Random) -> list[bytes]:
    first, second = luck.sample(range(len(lines)), 2)
    lines[first], lines[second] = lines[second], lines[first]
    return lines


def _truncate(lines: list[bytes], luck: random.Random) -> list[bytes]:
    return lines[: luck.randrange(len(lines))]


def _cut(lines: list[bytes], luck: random.Random) -> list[bytes]:
    content = b"".join(lines)
    return [content[: luck.randrange(len(content))]]


def _delete_and_hash(lines: list[bytes], luck: random.Random) -> list[bytes]:
    return hashed([json.loads(line) for line in _delete(lines, luck)])


def _reorder_and_hash(lines: list[bytes], luck: random.Random) -> list[bytes]:
    return hashed([json.loads(line) for line in _reorder(lines, luck)])


KINDS: list[tuple[str, Callable[[list[bytes], random.Random], list[bytes]]]] = [
    (mutate.__name__, mutate)
    for mutate in (
        *(_edit, _edit_and_hash, _flip, _delete, _duplicate, _reorder, _truncate, _cut),
        *(_delete_and_hash, _reorder_and_hash),
    )
]


def test_a_forger_who_hashes_anew_and_changes_the_head_is_told_by_the_replay_or_the_anchor(
    walk: Walk, tmp_path: Path
) -> None:
    files = files_of(walk)
    entries = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    (given,) = [entry for entry in entries if entry["kind"] == "support.given"][:1]
    given["payload"]["figures"] = {"supports": 5}
    lines = hashed(entries)
    statistics = json.loads(files["statistics.json"])
    statistics["ledger_head"] = json.loads(lines[-1])["hash"]
    statistics["supports"] += 4
    forged = {**files, "ledger.jsonl": b"".join(lines), "statistics.json": json.dumps(statistics).encode()}
    assert (
        problem(forged, tmp_path)
        == f"ledger.jsonl, line {given['sequence']}: it changes supports by 5, expected 1"
    )
    given["payload"]["figures"] = {"supports": 1}
    entries[1]["at"] = "2026-03-01T00:00:00.000000Z"
    lines = hashed(entries)
    statistics = json.loads(files["statistics.json"])
    statistics["ledger_head"] = json.loads(lines[-1])["hash"]
    forged = {**files, "ledger.jsonl": b"".join(lines), "statistics.json": json.dumps(statistics).encode()}
    check_package(written(forged, tmp_path))
    anchor = tmp_path / "anchor.txt"
    anchor.write_text("> " + anchor_lines(walk.consultation.slug, now=NOW)[0] + "\n")
    with pytest.raises(Broken, match="line 20: its hash is not the one that was anchored"):
        check_package(tmp_path, anchor)
    check_package(written(files, tmp_path), anchor)


def test_a_cut_off_journal_is_told_by_the_anchor(walk: Walk, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.txt"
    anchor.write_text("\n".join(anchor_lines(None, now=NOW)))
    chain = Chain(verify.read_anchors(anchor)[walk.consultation.slug])
    for line in files_of(walk)["ledger.jsonl"].splitlines(keepends=True)[:-1]:
        chain.read(line)
    with pytest.raises(Broken, match="ends before entry 20, which was anchored"):
        chain.end()


@pytest.mark.parametrize(
    "change",
    [
        (
            "contributions.csv",
            "ateliers ouverts",
            "ateliers fermés",
            "contributions.csv, record 1: the text is not",
        ),
        ("contributions.csv", "withdrawn", "published", "contributions.csv, record 2: the status"),
        ("comments.csv", "Très bonne", "Très mauvaise", "comments.csv, record 1: the text is not"),
        ("visits.csv", "2026-03-10,3", "2026-03-10,4", "visits.csv, record 1: 2026-03-10 is 4, expected 3"),
        ("supports_by_week.csv", ",1\r\n", ",2\r\n", "supports_by_week.csv: the supports of published"),
        ("introduction.md", "cent ans", "dix ans", "introduction.md: its digest"),
        (
            "statistics.json",
            '"participants": 3',
            '"participants": 4',
            "statistics.json: participants is 4, expected 3",
        ),
        ("statistics.json", '"days": 10', '"days": 11', "statistics.json: days is 11, expected 10"),
        ("statistics.json", '"visitors": 3', '"visitors": 9', "statistics.json: visitors is 9, expected 3"),
    ],
)
def test_the_tables_are_compared_with_the_journal(walk: Walk, tmp_path: Path, change: tuple[str, ...]) -> None:
    name, old, new, said = change
    files = files_of(walk)
    assert old.encode() in files[name]
    assert problem({**files, name: files[name].replace(old.encode(), new.encode(), 1)}, tmp_path).startswith(said)


def refused(files: Files, folder: Path, *changes: tuple[str, str, str, str]) -> None:
    """Each change of a file (its name, old, new) is told in the words that stand last."""
    for place, (name, old, new, said) in enumerate(changes):
        assert old.encode() in files[name], (name, old)
        changed = {**files, name: files[name].replace(old.encode(), new.encode(), 1)}
        assert problem(changed, folder / str(place)).startswith(said), said


def test_rows_that_were_moved_to_something_else_are_told(walk: Walk, tmp_path: Path) -> None:
    day, contributions, comments = "2026-03-10,3", "contributions.csv, record 1: the", "comments.csv, record"
    refused(
        files_of(walk),
        tmp_path,
        ("contributions.csv", "\r\n1,2,", "\r\n1,1,", f"{contributions} question is 1, expected 2"),
        ("contributions.csv", ",web,", ",paper,", f"{contributions} channel is 'paper', expected 'web'"),
        ("comments.csv", "\r\n1,1,", "\r\n2,1,", f"{comments} 1: the contribution is 2, expected 1"),
        ("comments.csv", "\r\n1,2,1,", "\r\n1,2,,", f"{comments} 2: the parent is None, expected 1"),
        ("comments.csv", ",for,", ",against,", f"{comments} 1: the stance is 'against', expected 'for'"),
        ("consultation.toml", "Que faut-il", "Que peut-on", "consultation.toml: the digest of its questions"),
        ("consultation.toml", 'title = "', 'title = "Pas ', "consultation.toml: title is"),
        ("visits.csv", day, f"{day}\r\n{day}", "visits.csv, record 2: 2026-03-10 is there twice"),
        ("visits.csv", day, f"{day}\r\n2026-03-11,5", "visits.csv, record 2: 2026-03-11 is no day"),
        ("visits.csv", day, f"2026-02-28,5\r\n{day}", "visits.csv, record 1: 2026-02-28 is no day"),
    )


@pytest.mark.parametrize("complete", [False, True])
def test_a_file_that_was_taken_out_is_missed(walk: Walk, tmp_path: Path, complete: bool) -> None:
    files = files_of(walk, complete=complete)
    needed = {
        "contributions.csv",
        "comments.csv",
        "visits.csv",
        "consultation.toml",
        "introduction.md",
        "about.md",
    }
    needed |= {"supports.csv", "people.csv"} if complete else {"supports_by_week.csv"}
    for name in sorted(needed):
        left = {other: content for other, content in files.items() if other != name}
        assert problem(left, tmp_path / name) == f"{name}: it is not there"


def test_an_act_without_a_commitment_to_somebody_is_refused(walk: Walk, tmp_path: Path) -> None:
    files = files_of(walk)
    entries = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    for kind in ("contribution.published", "comment.published", "support.given", "support.withdrawn"):
        place = next(place for place, entry in enumerate(entries) if entry["kind"] == kind)
        words = {name: value for name, value in entries[place]["payload"].items() if name != "commitment"}
        lines = hashed([*entries[:place], {**entries[place], "payload": words}, *entries[place + 1 :]])
        said = problem({**files, "ledger.jsonl": b"".join(lines)}, tmp_path / kind)
        assert said == f"ledger.jsonl, line {place + 1}: it lacks the commitment to who acted"


def test_the_complete_package_ties_rows_to_the_people_of_the_journal(walk: Walk, tmp_path: Path) -> None:
    files = files_of(walk, complete=True)
    with transaction() as session:
        rows = {row.number: row.author for row in contributions(session, walk.consultation.id, complete=True)}
        (supporter, *_) = {author for number, author, _ in supports(session, walk.consultation.id) if number == 1}
    strangers = [line.split(",")[0] for line in files["people.csv"].decode().splitlines()[1:]]
    (stranger,) = set(strangers) - {*rows.values(), supporter, _author(files["comments.csv"], 1)}
    refused(
        files,
        tmp_path,
        ("contributions.csv", rows[1], stranger, "contributions.csv, record 1: its author is not who wrote it"),
        ("comments.csv", rows[1], stranger, "comments.csv, record 2: its author is not who wrote it"),
        ("supports.csv", supporter, stranger, "supports.csv: who supports contribution 1 is not who does"),
        ("people.csv", f"{stranger},{stranger}", f"{supporter},{stranger}", "people.csv, record"),
    )


def _author(table: bytes, number: int) -> str:
    rows = csv.DictReader(io.StringIO(table.decode(), newline=""))
    return next(row["author"] for row in rows if row["number"] == str(number))


def test_the_complete_package_shows_who_counts_twice(walk: Walk, tmp_path: Path) -> None:
    files = files_of(walk, complete=True)
    rows = files["supports.csv"].splitlines(keepends=True)
    doubled = {**files, "supports.csv": b"".join([*rows, rows[-1]])}
    assert problem(doubled, tmp_path).endswith("somebody supports contribution 2 twice")
    openings = [json.loads(line) for line in files["ledger_openings.jsonl"].splitlines()]
    openings[0]["key"] = openings[1]["key"]
    forged = "".join(rules.canonical(item) + "\n" for item in openings).encode()
    said = problem({**files, "ledger_openings.jsonl": forged}, tmp_path)
    assert said == "ledger.jsonl, line 2: its commitment is not opened by what ledger_openings.jsonl says"


def test_two_standing_supports_of_one_key_are_refused() -> None:
    key, chain = "k" * 32, Chain()
    replay = Replay(dict.fromkeys((3, 4), ("s", key)) | {2: ("s", "a" * 32)})
    previous = "0" * 64
    supports: list[dict[str, Any]] = [
        {"kind": "support.given", "payload": {"contribution": 1, "figures": {"supports": 1, "participants": one}}}
        for one in (1, 0)
    ]
    supports[1]["payload"]["figures"] = {"supports": 1}
    terms = {"slug": "a", "opens_on": "2026-01-01", "closes_on": "2026-02-01", "format": 1}
    acts = [
        {"kind": "consultation.published", "payload": terms},
        {"kind": "contribution.published",
         "payload": {"number": 1, "channel": "web", "question": 1, "digest": "d",
                     "figures": {"contributions": 1, "participants": 1}}},
        *supports,
    ]  # fmt: skip
    lines = []
    for sequence, act in enumerate(acts, 1):
        if sequence > 1:
            owner = replay.openings[sequence][1] if replay.openings else ""
            act["payload"] = {**act["payload"], "commitment": rules.commitment("s", owner, previous)}
        words = {**act, "at": "2026-01-01T00:00:00.000000Z", "previous": previous, "sequence": sequence}
        previous = rules.digest_of(words)
        lines.append((rules.canonical({**words, "hash": previous}) + "\n").encode())
    for line in lines[:3]:
        replay.take(chain.read(line))
    with pytest.raises(Broken, match="somebody supports contribution 1 twice"):
        replay.take(chain.read(lines[3]))
