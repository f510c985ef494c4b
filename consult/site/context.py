"""What every page's layout shows: name, languages, account, banners, notices, footer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, get_flashed_messages, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from consult.core.web.addresses import canonical_url
from consult.core.web.formats import instant
from consult.core.web.guard import current_actor
from consult.core.web.languages import LABELS, request_language, same_page_in
from consult.settings import LANGUAGES, Settings
from consult.site import accessibility, appearance


@dataclass(frozen=True)
class LanguageLink:
    """The same page in another language."""

    code: str
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Account:
    """The signed-in person in the header."""

    name: str
    account_url: str
    manage_url: str | None
    sign_out_url: str
    csrf_token: str


@dataclass(frozen=True)
class Appearance:
    """The form that chooses between light, dark and what the device says."""

    theme: str
    action_url: str
    next_path: str


@dataclass(frozen=True)
class Page:
    """The frame of a page."""

    lang: str
    languages: tuple[LanguageLink, ...]
    home_url: str
    site_name: str
    account: Account | None
    sign_in_url: str
    banners: tuple[str, ...]
    notices: tuple[tuple[str, str], ...]
    footer_links: tuple[tuple[str, str], ...]
    canonical_url: str
    alternates: tuple[LanguageLink, ...]
    appearance: Appearance


def configure_context(app: Flask, settings: Settings) -> None:
    """Give templates `page`."""

    @app.context_processor
    def add_page() -> dict[str, Any]:
        return {"page": _page(settings)}


def _page(settings: Settings) -> Page:
    language = request_language()
    ordered = (settings.default_language, *(code for code in LANGUAGES if code != settings.default_language))
    return Page(
        lang=language,
        languages=tuple(
            LanguageLink(code, LABELS[code], same_page_in(code), code == language) for code in ordered
        ),
        home_url=url_for("site.home"),
        site_name=settings.site_name,
        account=_account(),
        sign_in_url=url_for("accounts.sign_in", next=same_page_in(language)),
        banners=_banners(settings),
        notices=_notices(),
        footer_links=_footer_links(settings),
        canonical_url=canonical_url(language),
        alternates=_alternates(settings, language, ordered),
        appearance=Appearance(
            appearance.chosen_theme(), url_for("appearance.choose"), next_path=appearance.way_back()
        ),
    )


def _alternates(settings: Settings, language: str, ordered: tuple[str, ...]) -> tuple[LanguageLink, ...]:
    """The page in each language, and the one for readers of any other."""
    links = [LanguageLink(code, LABELS[code], canonical_url(code), code == language) for code in ordered]
    return (*links, LanguageLink("x-default", "", canonical_url(settings.default_language), current=False))


def _account() -> Account | None:
    actor = current_actor()
    if not actor.is_signed_in:
        return None
    return Account(
        name=actor.display_name,
        account_url=url_for("account.page"),
        manage_url=url_for("manage.dashboard") if actor.is_team else None,
        sign_out_url=url_for("accounts.sign_out"),
        csrf_token=generate_csrf(),
    )


def _banners(settings: Settings) -> tuple[str, ...]:
    banners = []
    if settings.demonstration:
        banners.append(_("Demonstration: the organisations, people and texts are invented."))
    if settings.freeze_time is not None:
        banners.append(
            _("Rehearsal: the clock stands still at %(moment)s.", moment=instant(settings.freeze_time, "UTC"))
            + " UTC"
        )
    return tuple(banners)


def _footer_links(settings: Settings) -> tuple[tuple[str, str], ...]:
    links = [
        (_("Home"), url_for("site.home")),
        (_("Site map"), url_for("site.site_map")),
        (accessibility.footer_label(request_language()), url_for("site.accessibility")),
        (_("Legal notice"), url_for("legal.notice")),
        (_("Privacy"), url_for("legal.privacy")),
    ]
    if settings.demonstration and not settings.mail_url:
        links.append((_("Mailbox of the demonstration"), url_for("site.mailbox")))
    return tuple(links)


def _notices() -> tuple[tuple[str, str], ...]:
    # Reading the flashes of a visitor without a session must not start one.
    if not session:
        return ()
    return tuple((item[0], item[1]) for item in get_flashed_messages(with_categories=True))
