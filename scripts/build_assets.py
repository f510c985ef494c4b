"""Build the files the browser and the PDF load: one style sheet, the modules and the fonts.

Everything is written below ``consult/static/vendor/`` (ignored by git):

* ``consult.css``: the files of ``consult/static/css`` in the order of their cascade layers;
* ``js/``: the modules of ``consult/static/js``, their imports versioned (see ``build_modules.py``);
* ``fonts/``: the variable fonts, reduced to the characters that French and its neighbours need;
* ``fonts/pdf/``: fixed weights of the same fonts, because the PDF renderer has no use for axes, all letters
  of a weight in one file, because it takes two files of one family for the same font;
* ``icons/``: the icons of the site for what cannot show SVG (``build_icons.py``);
* ``fonts/*-OFL.txt``: the licences, which the Open Font License wants beside the fonts.

The fonts come from npm packages, pinned by ``package-lock.json``. Stamps, one each for the fonts, the style
sheet and the icons, hold a hash of everything that went in: a second run changes nothing and is quick.
Run it as ``python scripts/build_assets.py`` from anywhere.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import build_icons
from build_modules import ModuleError, build_modules
from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "consult" / "static"
CSS = STATIC / "css"
VENDOR = STATIC / "vendor"
FONTS = VENDOR / "fonts"
PACKAGES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"

# The cascade decides by layer, not by file order; this order is for the person who reads the result.
STYLE_SHEETS = ("layers", "fonts", "reset", "tokens", "base", "layout", "components/*", "utilities", "print")

NARROW_NO_BREAK_SPACE = 0x202F
THIN_SPACE = 0x2009
NO_BREAK_HYPHEN = 0x2011
HYPHEN = 0x002D

# Basic Latin and Latin-1 (French lives here, but for Ÿ), œ Œ, the spaces and the punctuation of typography, € ™ −.
LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x152, 0x153, 0x2C6, 0x2DA, 0x2DC),
    *range(0x2007, 0x200C),
    *range(0x2010, 0x2016),
    *range(0x2018, 0x201F),
    *(0x2020, 0x2022, 0x2026, NARROW_NO_BREAK_SPACE, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A),
    *(0x20AC, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
]
# Latin Extended-A and a few more: the names of people whose family came from further away.
LATIN_EXTENDED = [*range(0x100, 0x180), *range(0x218, 0x21C), *range(0x1E80, 0x1E86), 0x1E9E]
SCRIPTS = {"latin": LATIN, "latin-ext": LATIN_EXTENDED}


class BuildError(Exception):
    """Something a person has to mend before the assets can be built."""


@dataclass(frozen=True)
class Face:
    """One variable font of the site and the fixed weights that the PDF takes from it."""

    name: str
    package: str
    style: str
    lightest: int
    heaviest: int
    pdf_weights: tuple[int, ...]

    def source(self, script: str) -> Path:
        """Return the file of the npm package for ``latin`` or ``latin-ext``."""
        stem = f"{self.package}-{script}-wght-{self.style}.woff2"
        return PACKAGES / "@fontsource-variable" / self.package / "files" / stem


FACES = (
    Face("text", "atkinson-hyperlegible-next", "normal", 400, 700, (400, 700)),
    Face("text-italic", "atkinson-hyperlegible-next", "italic", 400, 700, (400,)),
    Face("heading", "bricolage-grotesque", "normal", 700, 700, (700,)),
)


def main() -> int:
    """Build what is out of date and say in a line what was done. Returns the exit status."""
    try:
        done = [*build_fonts(), *build_style_sheet(), *build_scripts(), *build_images()]
    except (BuildError, ModuleError, build_icons.IconError, subprocess.CalledProcessError) as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    print("assets: " + ("; ".join(done) if done else "up to date"))
    return 0


def build_fonts() -> list[str]:
    """Install the packages when needed and write the reduced fonts. Returns what was done, in words."""
    stamp = FONTS / ".stamp"
    wanted = digest([LOCK, Path(__file__)])
    if is_current(stamp, wanted):
        return []
    install_packages()
    shutil.rmtree(FONTS, ignore_errors=True)
    (FONTS / "pdf").mkdir(parents=True)
    for face in FACES:
        for script, codepoints in SCRIPTS.items():
            write_face(face, script, codepoints)
        for weight in face.pdf_weights:
            write_fixed_weight(face, weight)
    for package in sorted({face.package for face in FACES}):
        shutil.copyfile(PACKAGES / "@fontsource-variable" / package / "LICENSE", FONTS / f"{package}-OFL.txt")
    stamp.write_text(wanted)
    size = sum(file.stat().st_size for file in FONTS.glob("*-latin.woff2"))
    return [f"fonts written ({size // 1024} KB for the Latin alphabet)"]


def write_face(face: Face, script: str, codepoints: list[int]) -> None:
    """Write the variable font for the screen, for one script."""
    font = TTFont(face.source(script), lazy=False)
    add_french_spaces(font)
    subset(font, codepoints)
    # A face of one weight needs no axis: half its bytes.
    weights = (face.lightest, face.lightest, face.heaviest) if face.lightest < face.heaviest else face.heaviest
    instantiateVariableFont(font, {"wght": weights}, inplace=True)
    font.flavor = "woff2"
    font.save(FONTS / f"{face.name}-{script}.woff2")


def write_fixed_weight(face: Face, weight: int) -> None:
    """Write one weight for the PDF, the letters of both scripts in one file."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for script in SCRIPTS:
            fixed = TTFont(FONTS / f"{face.name}-{script}.woff2", lazy=False)
            if "fvar" in fixed:
                instantiateVariableFont(fixed, {"wght": weight}, inplace=True)
            fixed.flavor = None
            parts.append(Path(folder) / f"{script}.ttf")
            fixed.save(parts[-1])
        # What it says of tables that it leaves out is of no interest to whoever builds.
        logging.getLogger("fontTools.merge").setLevel(logging.ERROR)
        Merger().merge([str(part) for part in parts]).save(FONTS / "pdf" / f"{face.name}-{weight}.ttf")


def add_french_spaces(font: TTFont) -> None:
    """Give the narrow no-break space and the no-break hyphen the glyphs of their breaking siblings.

    Both fonts lack U+202F, which French sets before ; ! ? and inside numbers: without this every
    number would borrow a blank from some other font, of another width.
    """
    known = font.getBestCmap()
    for table in font["cmap"].tables:
        if not table.isUnicode():
            continue
        for wanted, sibling in ((NARROW_NO_BREAK_SPACE, THIN_SPACE), (NO_BREAK_HYPHEN, HYPHEN)):
            if wanted not in known and sibling in known:
                table.cmap[wanted] = known[sibling]


def subset(font: TTFont, codepoints: list[int]) -> None:
    """Keep these characters, kerning, accents and tabular figures; drop hinting and fancy features."""
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)


def install_packages() -> None:
    """Run ``npm ci`` unless every locked package is there in the locked version."""
    locked = json.loads(LOCK.read_text())["packages"]
    missing = [path for path, entry in locked.items() if path and installed_version(path) != entry["version"]]
    if not missing:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError("npm is not on this machine; install Node.js 20 or later and run this again")
    print("assets: installing the font packages with npm …", flush=True)
    subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=ROOT, check=True)


def installed_version(path: str) -> str | None:
    """Return the version of an installed package, or None when it is not there."""
    manifest = ROOT / path / "package.json"
    if not manifest.exists():
        return None
    version: str = json.loads(manifest.read_text())["version"]
    return version


def build_images() -> list[str]:
    """Draw the icons when their drawing has changed. Returns what was done, in words."""
    drawing = STATIC / "images" / "favicon.svg"
    folder = VENDOR / "icons"
    stamp = folder / ".stamp"
    wanted = digest([drawing, Path(build_icons.__file__)])
    if is_current(stamp, wanted):
        return []
    done = build_icons.build_icons(drawing, folder)
    stamp.write_text(wanted)
    return done


def build_style_sheet() -> list[str]:
    """Join the style sheets into one file. Returns what was done, in words."""
    sources = style_sheets()
    stamp = VENDOR / ".css-stamp"
    wanted = digest([*sources, Path(__file__), FONTS / ".stamp"])
    if is_current(stamp, wanted) and (VENDOR / "consult.css").exists():
        return []
    text = "".join(slim(source.read_text(encoding="utf-8")) for source in sources)
    (VENDOR / "consult.css").write_text(version_fonts(text), encoding="utf-8")
    stamp.write_text(wanted)
    return [f"consult.css written from {len(sources)} files ({len(text) // 1024} KB)"]


def build_scripts() -> list[str]:
    """Write the modules that changed. Returns what was done, in words."""
    written = build_modules(STATIC / "js", VENDOR / "js")
    return [f"{len(written)} modules written"] if written else []


def style_sheets() -> list[Path]:
    """Return the style sheets in order; a file that no layer claims is an error, not a silent loss."""
    ordered = [path for name in STYLE_SHEETS for path in sorted(CSS.glob(f"{name}.css"))]
    stray = set(CSS.rglob("*.css")) - set(ordered)
    if stray:
        raise BuildError(f"no place in the cascade for {', '.join(sorted(path.name for path in stray))}")
    return ordered


def slim(text: str) -> str:
    """Drop comments, indentation and empty lines: compression does the rest."""
    lines = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines()
    return "".join(f"{line.strip()}\n" for line in lines if line.strip())


def version_fonts(text: str) -> str:
    """Add a content hash to the address of each font so that browsers may keep it for a year.

    It is the hash of `asset()`: a page asks for its fonts before the style sheet does, under the same address.
    """

    def versioned(match: re.Match[str]) -> str:
        version = hashlib.sha256((FONTS / match[1]).read_bytes()).hexdigest()[:12]
        return f'url("fonts/{match[1]}?v={version}")'

    return re.sub(r'url\("fonts/([^"?]+)"\)', versioned, text)


def digest(paths: list[Path]) -> str:
    """Return a SHA-256 over the names and the contents of these files."""
    result = hashlib.sha256()
    for path in paths:
        result.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return result.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Say whether the stamp was written for exactly these inputs."""
    return stamp.exists() and stamp.read_text() == wanted


if __name__ == "__main__":
    raise SystemExit(main())
