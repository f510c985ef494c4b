"""A small package with something of everything, to be changed file by file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from consult.exchange.errors import PackageRefused
from consult.exchange.manifest import Manifest
from consult.exchange.reading import Package, read_package
from consult.exchange.values import Destination, Limits

Changes = dict[str, str | bytes | None]

MANIFEST = """\
format = 1
slug = "halle"
title = "Quelle place pour la halle ?"
summary = "Dites-nous ce que la halle doit devenir."
language = "fr"
opens_on = 2018-02-23
closes_on = 2019-08-31

[organisation]
slug = "val"
name = "Val-des-Tilleuls"
time_zone = "Europe/Paris"

[commitment]
decides = "Le conseil municipal."
when = "En octobre."
not_negotiable = "La halle reste en place."

[[questions]]
number = 2
text = "Que faut-il changer ?"

[[questions]]
number = 1
text = "Que faut-il garder ?"

[[testimonies]]
name = "Nadège Courtiaud"
role = "Directrice"
organisation = "Service des eaux"
quote = "J’y vais *chaque* samedi."
consent = "Accord écrit du 2 mars."

[[testimonies]]
name = "Lucien Hartevel"
quote = "Je n’y vais plus."

[outcome]
summary = "2 idées retenues"
decided_on = 2019-10-01
"""
# Author Zoé is written once with a combining accent, once with a letter of its own: the same person.
CONTRIBUTIONS = """\
number,question,title,body,author,created_at,channel,status
1,1,Garder le marché,"Le **marché** du samedi,
et celui du mercredi.",Zoé,2018-03-01T18:30:00+01:00,web,published
2,,Des bancs,Il faut des bancs.,b,2018-03-26T00:30:00+02:00,web,published
3,2,Du papier,Reçu en mairie.,,2018-04-01T10:00:00+02:00,paper,published
4,2,Du papier encore,Reçu en mairie le dernier jour.,d,2019-09-04T10:00:00+02:00,paper,published
5,1,En réunion,Dit en réunion.,e,2018-05-01T10:00:00+02:00,meeting,published
7,1,Retirée,Je me suis trompée.,f,2018-05-02T10:00:00Z,web,withdrawn
9,1,Masquée,Une publicité.,g,2018-05-03T10:00:00Z,web,hidden
"""
COMMENTS = """\
contribution,number,parent,stance,body,author,created_at
1,12,3,neutral,D’accord avec vous.,b,2018-03-04T09:00:00+01:00
1,3,,for,Oui !,h,2018-03-02T09:00:00+01:00
2,4,,against,Non.,Zoe\N{COMBINING ACUTE ACCENT},2018-03-27T09:00:00+02:00
9,5,,neutral,Sous une masquée.,i,2018-05-04T09:00:00+02:00
"""
SUPPORTS = """\
contribution,author,created_at
1,b,2018-03-01T23:59:59+01:00
1,j,2018-03-02T00:00:00+01:00
3,d,2019-08-31T23:59:59+02:00
9,j,2018-05-05T09:00:00+02:00
9,k,2018-05-05T09:00:00+02:00
"""
VISITS = """\
date,visitors
2018-02-23,12
2019-08-31,0
2018-03-01,733
"""
FILES = {
    "consultation.toml": MANIFEST,
    "introduction.md": "La halle a **cent ans**.\n",
    "about.md": "## Extrait\n\nUn extrait.\n",
    "contributions.csv": CONTRIBUTIONS,
    "comments.csv": COMMENTS,
    "supports.csv": SUPPORTS,
    "visits.csv": VISITS,
}


def write_package(folder: Path, changes: Changes | None = None) -> Path:
    """Write the package into `folder`; `changes` replaces files, None leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**FILES, **(changes or {})}.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def zip_package(path: Path, folder: str = "", changes: dict[str, str | None] | None = None) -> Path:
    """The package as a zip; `folder` (with its slash) is put before every name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**FILES, **(changes or {})}.items():
            if content is not None:
                archive.writestr(folder + name, content)
    return path


def edited(name: str, old: str, new: str) -> Changes:
    """One place of one file changed."""
    assert FILES[name].count(old) == 1, f"{old!r} is not in {name} exactly once"
    return {name: FILES[name].replace(old, new)}


def _destination(manifest: Manifest) -> Destination | None:
    named = manifest.organisation
    return Destination(named.slug, named.name, named.time_zone) if named and named.time_zone else None


def read(path: Path, limits: Limits | None = None) -> Package:
    """The package; its texts are gone."""
    with read_package(path, _destination, limits=limits) as package:
        return package


def refused(path: Path, limits: Limits | None = None) -> list[str]:
    """The lines that say what is wrong with the package."""
    with pytest.raises(PackageRefused) as refusal:
        read(path, limits)
    return [str(problem) for problem in refusal.value.problems]


def after(name: str, line: str) -> Changes:
    """The file with a line more."""
    return {name: FILES[name] + line + "\n"}


def contribution(**cells: str) -> Changes:
    """The contributions with a record more: record 8, which starts at line 10."""
    values = {
        "number": "10",
        "question": "1",
        "title": "Un titre",
        "body": "Un texte.",
        "author": "z",
        "created_at": "2018-06-01T10:00:00+02:00",
        "channel": "web",
        "status": "published",
    }
    assert cells.keys() <= values.keys()
    return after("contributions.csv", ",".join({**values, **cells}.values()))


def comment(**cells: str) -> Changes:
    """The comments with a record more: record 5, line 6."""
    values = {
        "contribution": "1",
        "number": "20",
        "parent": "",
        "stance": "for",
        "body": "Un texte.",
        "author": "z",
        "created_at": "2018-06-01T10:00:00+02:00",
    }
    assert cells.keys() <= values.keys()
    return after("comments.csv", ",".join({**values, **cells}.values()))


def support(**cells: str) -> Changes:
    """The supports with a record more: record 6, line 7."""
    values = {"contribution": "1", "author": "z", "created_at": "2018-06-01T10:00:00+02:00"}
    assert cells.keys() <= values.keys()
    return after("supports.csv", ",".join({**values, **cells}.values()))
