"""Values as what is shared wants them: the words of a card, links to share with, the entries of a feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

from flask_babel import gettext as _
from markupsafe import Markup

from consult.consultations.queries import ConsultationView
from consult.consultations.values import State
from consult.core.html import printable
from consult.core.installation import current_settings
from consult.core.web.addresses import external_url
from consult.core.web.formats import long_day
from consult.core.web.languages import current_language, if_foreign
from consult.core.web.typography import typeset, typeset_html
from consult.proposals.presentation import author_label
from consult.site.cards.drawing import HEIGHT, WIDTH, CardWords
from consult.site.cards.files import card_version
from consult.site.queries.feeds import MOST_ENTRIES, ConsultationEntry, ContributionEntry
from consult.site.rules import events_until
from consult.site.values import LifeEvent

# A feed needs a date even before anything has happened.
_BEFORE_ANYTHING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CardImage:
    """The picture that goes with a shared address."""

    url: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class ShareLink:
    """A link that hands an address on; nothing is loaded before it is followed."""

    label: str
    url: str


@dataclass(frozen=True)
class Entry:
    """An entry of a feed. `content` is HTML; `language` is set where it is not the feed's."""

    id: str
    url: str
    title: str
    author: str
    published: datetime
    updated: datetime
    content: Markup
    language: str | None
    media_type: str = "text/html"


@dataclass(frozen=True)
class Feed:
    """A feed as its template writes it."""

    id: str
    url: str
    page_url: str
    title: str
    subtitle: str
    author: str
    language: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        """When it last changed: the newest of its entries."""
        return max((entry.updated for entry in self.entries), default=_BEFORE_ANYTHING)


def card_words(consultation: ConsultationView) -> CardWords:
    """What the card of a consultation says, in the language of the page."""
    states = {State.ANNOUNCED: _("Announced"), State.OPEN: _("Open"), State.CLOSED: _("Closed")}
    site = _site_name()
    return CardWords(
        site=f"{site} – {_('Demonstration')}" if consultation.is_demonstration else site,
        title=typeset(consultation.title, consultation.language),
        organisation=consultation.organisation_name,
        state=states.get(consultation.state, ""),
        is_open=consultation.state is State.OPEN,
        dates=_(
            "From %(opening)s to %(closing)s",
            opening=long_day(consultation.opens_on),
            closing=long_day(consultation.closes_on),
        ),
        colour=consultation.look.accent,
    )


def site_card_words() -> CardWords:
    """What the card of the home page says."""
    return CardWords(
        site=_site_name(), title=_("Your municipality asks: answer, support, discuss, and see what becomes of it.")
    )


def card_image(consultation: ConsultationView | None = None) -> CardImage:
    """The card of a consultation (or of the home page); another title or state gives it another address.

    Networks keep what they once fetched, so an address must not show something else later.
    """
    if consultation is None:
        words = site_card_words()
        address = external_url("sharing.site_card", current_language(), v=card_version(words))
    else:
        words = card_words(consultation)
        address = external_url("sharing.card", current_language(), slug=consultation.slug, v=card_version(words))
    said = (words.title, words.organisation, words.state, words.dates, words.site)
    return CardImage(address, " – ".join(text for text in said if text))


def share_links(title: str, address: str) -> tuple[ShareLink, ...]:
    """Where an address can be handed on: plain links, in the order in which they are used in a town."""
    title, text, place = quote(title, safe=""), quote(f"{title}\n{address}", safe=""), quote(address, safe="")
    return (
        ShareLink(_("E-mail"), f"mailto:?subject={title}&body={text.replace('%0A', '%0D%0A%0D%0A')}"),
        ShareLink("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={place}"),
        ShareLink("WhatsApp", f"https://wa.me/?text={text}"),
        ShareLink("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?url={place}"),
        ShareLink("Bluesky", f"https://bsky.app/intent/compose?text={text}"),
    )


def with_synthesis(entry: ConsultationEntry, made_at: datetime) -> ConsultationEntry:
    """The consultation with the instant at which its final synthesis was made."""
    return replace(entry, life=replace(entry.life, synthesis_at=made_at))


def consultation_feed(
    entry: ConsultationEntry, contributions: Iterable[ContributionEntry], *, now: datetime
) -> Feed:
    """The newest contributions of a consultation among its official events."""
    language = current_language()
    brought = [_contribution(entry, item) for item in contributions]
    return Feed(
        id=external_url("feeds.consultation", language, slug=entry.slug),
        url=external_url("feeds.consultation", language, slug=entry.slug),
        page_url=external_url("consultations.introduction", language, slug=entry.slug),
        title=printable(f"{typeset(entry.title, entry.language)} – {_site_name()}"),
        subtitle=_written(entry, entry.summary),
        author=printable(entry.organisation_name),
        language=language,
        entries=_newest_first([*_events(entry, now), *reversed(brought)]),
    )


def site_feed(consultations: Iterable[ConsultationEntry], *, now: datetime) -> Feed:
    """The newest official events of all consultations."""
    language = current_language()
    events = [event for entry in consultations for event in _events(entry, now)]
    return Feed(
        id=external_url("feeds.site", language),
        url=external_url("feeds.site", language),
        page_url=external_url("site.home", language),
        title=printable(_("Consultations – %(site)s", site=_site_name())),
        subtitle=_("What is announced, what opens, what closes, and what came of it."),
        author=printable(_site_name()),
        language=language,
        entries=_newest_first(events)[:MOST_ENTRIES],
    )


def _contribution(entry: ConsultationEntry, item: ContributionEntry) -> Entry:
    return Entry(
        # Known by its address in the default language, so that it is one entry in the feeds of both.
        id=external_url("proposals.show", slug=entry.slug, number=item.number),
        url=external_url("proposals.show", current_language(), slug=entry.slug, number=item.number),
        title=_written(entry, item.title),
        author=printable(author_label(item.author, item.channel)),
        published=item.created_at,
        updated=item.updated_at,
        content=typeset_html(printable(item.body_html), entry.language),
        language=if_foreign(entry.language),
    )


def _events(entry: ConsultationEntry, now: datetime) -> list[Entry]:
    return [_event(entry, event, at) for event, at in events_until(entry.life, now)]


def _event(entry: ConsultationEntry, event: LifeEvent, at: datetime) -> Entry:
    endpoint = {
        LifeEvent.SYNTHESIS: "reports.synthesis",
        LifeEvent.OUTCOME: "reports.follow_up",
    }.get(event, "consultations.introduction")
    summary = Markup('<p lang="{}">{}</p>').format(entry.language, _written(entry, entry.summary))
    return Entry(
        id=f"{external_url('consultations.introduction', slug=entry.slug)}#{event.value}",
        url=external_url(endpoint, current_language(), slug=entry.slug),
        title=_event_title(_written(entry, entry.title), event),
        author=printable(entry.organisation_name),
        published=at,
        updated=at,
        content=summary + _event_text(entry, event),
        language=None,
        media_type="application/pdf" if event is LifeEvent.SYNTHESIS else "text/html",
    )


def _event_title(title: str, event: LifeEvent) -> str:
    return {
        LifeEvent.ANNOUNCED: _("Announced – %(title)s", title=title),
        LifeEvent.OPENED: _("Open – %(title)s", title=title),
        LifeEvent.CLOSED: _("Closed – %(title)s", title=title),
        LifeEvent.SYNTHESIS: _("Synthesis – %(title)s", title=title),
        LifeEvent.OUTCOME: _("Outcome – %(title)s", title=title),
    }[event]


def _event_text(entry: ConsultationEntry, event: LifeEvent) -> Markup:
    if event is LifeEvent.OUTCOME:
        return Markup('<p lang="{}">{}</p>').format(entry.language, _written(entry, entry.outcome))
    opening, closing = long_day(entry.life.opens_on), long_day(entry.life.closes_on)
    sentence = {
        LifeEvent.ANNOUNCED: _(
            "It opens on %(opening)s and closes on %(closing)s.", opening=opening, closing=closing
        ),
        LifeEvent.OPENED: _(
            "Until the end of %(closing)s, everyone can contribute, support and comment.", closing=closing
        ),
        LifeEvent.CLOSED: _(
            "The consultation closed on %(closing)s: its contributions stay readable, and the figures no longer "
            "change.",
            closing=closing,
        ),
        LifeEvent.SYNTHESIS: _("The final edition of the synthesis can be read."),
    }[event]
    return Markup("<p>{}</p>").format(sentence)


def _written(entry: ConsultationEntry, text: str) -> str:
    """A text of the consultation with the spaces of its language, and nothing that XML cannot hold."""
    return typeset(printable(text), entry.language)


def _newest_first(entries: list[Entry]) -> tuple[Entry, ...]:
    """Given in the order of what happened, which decides between entries of the same instant."""
    return tuple(sorted(entries, key=lambda entry: entry.published)[::-1])


def _site_name() -> str:
    return current_settings().site_name
