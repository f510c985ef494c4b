"""`consultation.toml` and the two texts beside it: what the consultation says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consult.consultations import rules
from consult.consultations.rules import ConsultationText, prepare_consultation, prepare_testimony
from consult.core.errors import Invalid
from consult.core.html import normalise_text, single_line
from consult.exchange import messages
from consult.exchange.errors import Problem, Problems, Unreadable
from consult.exchange.keys import Table, parse
from consult.exchange.sources import Source
from consult.exchange.values import ABOUT, FORMAT, INTRODUCTION, MANIFEST
from consult.settings import LANGUAGES

MAX_COMMITMENT = 2_000
_MAX_PATH = 200
# What is recorded for a testimony whose `consent` is merely true.
_CONSENT = {"fr": "Accord consigné par la collectivité.", "en": "Consent recorded by the organisation."}
_NO_PORTRAIT = "consultation.toml: portraits are not shown yet; the package's are left out"


@dataclass(frozen=True)
class TestimonyDraft:
    """A testimony as the package has it."""

    name: str
    role: str
    organisation: str
    quote: str
    consent: str

    __test__ = False  # the name is the product's word, not a test class


@dataclass(frozen=True)
class OrganisationDraft:
    """The organisation as the package names it; empty where what it says cannot be used."""

    slug: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class Manifest:
    """The consultation's own words, not rendered yet.

    Where something cannot be used it is empty or None, and a problem says so. `top` is kept to name lines.
    """

    top: Table
    slug: str
    title: str
    summary: str
    language: str
    opens_on: date | None
    closes_on: date | None
    introduction: str
    about: str
    decides: str
    decided_when: str
    not_negotiable: str
    outcome: str
    outcome_on: date | None
    questions: tuple[str, ...]
    testimonies: tuple[TestimonyDraft, ...]
    organisation: OrganisationDraft | None
    notes: tuple[str, ...]

    def problem(self, key: str, words: str) -> Problem:
        """A problem with one of its keys, at the line where it stands."""
        return self.top.problem(key, words)


def read_manifest(source: Source, problems: Problems, *, organisation_given: bool) -> Manifest | None:
    """Read and check the consultation's own words; None when `consultation.toml` is no TOML at all.

    `organisation_given` tells that the operator named an organisation: then the package need not.
    """
    introduction, about = _markdown(source, INTRODUCTION, problems), _markdown(source, ABOUT, problems)
    try:
        top = parse(MANIFEST, source.text(MANIFEST), problems)
    except Unreadable as error:
        problems.add(error.problem)
        return None
    _check_format(top)
    language = _language(top)
    opens_on, closes_on = _dates(top)
    decides, decided_when, not_negotiable = _commitment(top)
    outcome, outcome_on = _outcome(top, opens_on)
    testimonies, notes = _testimonies(top, language)
    manifest = Manifest(
        top=top,
        slug=_slug(top),
        title=top.text("title", rules.MAX_TITLE),
        summary=top.text("summary", rules.MAX_SUMMARY),
        language=language,
        opens_on=opens_on,
        closes_on=closes_on,
        introduction=introduction,
        about=about,
        decides=decides,
        decided_when=decided_when,
        not_negotiable=not_negotiable,
        outcome=outcome,
        outcome_on=outcome_on,
        questions=_questions(top),
        testimonies=testimonies,
        organisation=_organisation(top, optional=organisation_given),
        notes=notes,
    )
    top.refuse_unknown()
    return manifest


def render_manifest(manifest: Manifest) -> ConsultationText:
    """Render a manifest without problems."""
    if manifest.opens_on is None or manifest.closes_on is None:
        raise ValueError("only a manifest without problems is rendered")
    return prepare_consultation(
        slug=manifest.slug,
        title=single_line(manifest.title),
        summary=manifest.summary,
        language=manifest.language,
        opens_on=manifest.opens_on,
        closes_on=manifest.closes_on,
        introduction=manifest.introduction,
        about=manifest.about,
        decides=manifest.decides,
        decided_when=manifest.decided_when,
        not_negotiable=manifest.not_negotiable,
        questions=manifest.questions,
        testimonies=tuple(
            prepare_testimony(
                name=item.name,
                role=item.role,
                organisation=item.organisation,
                quote=item.quote,
                consent=item.consent,
            )
            for item in manifest.testimonies
        ),
        outcome=manifest.outcome,
        outcome_on=manifest.outcome_on,
    )


def _markdown(source: Source, name: str, problems: Problems) -> str:
    try:
        text = source.text(name)
    except Unreadable as error:
        problems.add(error.problem)
        return ""
    if len(text) > rules.MAX_TEXT:
        problems.add(Problem(name, f"expected {messages.at_most(rules.MAX_TEXT)}, found {len(text)}"))
    for number, line in enumerate(text.split("\n"), 1):
        try:
            normalise_text(line, field=name)
        except Invalid:
            problems.add(Problem(name, messages.expected(messages.CHARACTERS, line), line=number))
            return ""
    return text


def _check_format(top: Table) -> None:
    value = top.take("format", f"format = {FORMAT}")
    if value is not None and (type(value) is not int or value != FORMAT):
        top.expect("format", f"{FORMAT}, the only format there is", value)


def _slug(top: Table) -> str:
    slug = top.text("slug", rules.MAX_SLUG)
    try:
        return rules.check_slug(slug) if slug else ""
    except Invalid:
        top.expect("slug", "lower-case letters and digits joined by single hyphens", slug)
        return ""


def _language(top: Table) -> str:
    language = top.text("language", 10)
    if language and language not in LANGUAGES:
        top.expect("language", messages.one_of(LANGUAGES), language)
    return language


def _dates(top: Table) -> tuple[date | None, date | None]:
    opens_on, closes_on = top.day("opens_on"), top.day("closes_on")
    if opens_on and closes_on and closes_on < opens_on:
        top.expect("closes_on", f"{opens_on} or later, the consultation's first day", closes_on)
        return None, None
    return opens_on, closes_on


def _commitment(top: Table) -> tuple[str, str, str]:
    table = top.table("commitment", optional=True)
    if table is None:
        return "", "", ""
    decides, when, not_negotiable = (
        table.text(key, MAX_COMMITMENT, optional=True) for key in ("decides", "when", "not_negotiable")
    )
    table.refuse_unknown()
    return decides, when, not_negotiable


def _outcome(top: Table, opens_on: date | None) -> tuple[str, date | None]:
    table = top.table("outcome", optional=True)
    if table is None:
        return "", None
    summary, decided_on = table.text("summary", MAX_COMMITMENT), table.day("decided_on", optional=True)
    if decided_on and opens_on and decided_on < opens_on:
        table.expect("decided_on", f"{opens_on} or later, the consultation's first day", decided_on)
    table.refuse_unknown()
    return summary, decided_on


def _questions(top: Table) -> tuple[str, ...]:
    """The questions by number; they are numbered 1, 2, 3 … in whatever order they stand."""
    tables = top.tables("questions")
    words: dict[int, str] = {}
    for table in tables:
        number, text = table.whole("number", len(tables)), table.text("text", rules.MAX_QUESTION)
        if number in words:
            table.expect("number", "each number once", number)
        if number:
            words[number] = text
        table.refuse_unknown()
    return tuple(words[number] for number in sorted(words))


def _testimonies(top: Table, language: str) -> tuple[tuple[TestimonyDraft, ...], tuple[str, ...]]:
    testimonies, notes = [], []
    for table in top.tables("testimonies"):
        if table.text("portrait", _MAX_PATH, optional=True):
            notes = [_NO_PORTRAIT]
        testimonies.append(
            TestimonyDraft(
                name=table.text("name", rules.MAX_NAME),
                role=table.text("role", rules.MAX_NAME, optional=True),
                organisation=table.text("organisation", rules.MAX_NAME, optional=True),
                quote=table.text("quote", rules.MAX_QUOTE),
                consent=_consent(table, language),
            )
        )
        table.refuse_unknown()
    return tuple(testimonies), tuple(notes)


def _consent(table: Table, language: str) -> str:
    """How consent was recorded: a sentence, or true. Without consent a testimony is not published."""
    value = table.take("consent", "", optional=True)
    if value is True:
        return _CONSENT.get(language, "")
    if value is False:
        table.expect("consent", "consent (a testimony without it is not published)", value)
        return ""
    return table.text("consent", rules.MAX_SUMMARY, optional=True)


def _organisation(top: Table, *, optional: bool) -> OrganisationDraft | None:
    table = top.table("organisation", optional=optional)
    if table is None:
        return None
    slug, name = table.text("slug", rules.MAX_SLUG), table.text("name", rules.MAX_NAME)
    time_zone = table.text("time_zone", 64)
    try:
        slug = rules.check_slug(slug) if slug else ""
    except Invalid:
        table.expect("slug", "lower-case letters and digits joined by single hyphens", slug)
        slug = ""
    try:
        time_zone = rules.check_time_zone(time_zone) if time_zone else ""
    except Invalid:
        table.expect("time_zone", "a time zone such as Europe/Paris", time_zone)
        time_zone = ""
    table.refuse_unknown()
    return OrganisationDraft(slug, name, time_zone)
