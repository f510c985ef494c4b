"""A page's language is in its address: the default without prefix, the others as `/en/…`.

The prefix is moved into SCRIPT_NAME before Flask sees the request, so every rule exists once and `url_for`
stays in the language of the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import has_request_context, request
from flask_babel import Babel, get_locale

from consult.core import paths
from consult.core.errors import NotFound
from consult.core.installation import current_settings
from consult.settings import LANGUAGES, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

LABELS = {"fr": "Français", "en": "English"}
_LANGUAGE = "consult.language"
_ROOT = "consult.root"


class LanguagePrefix:
    """WSGI middleware that reads the language prefix of an address."""

    def __init__(self, app: WSGIApplication, default: str) -> None:
        self.app = app
        self.default = default
        self.prefixes = {f"/{language}": language for language in LANGUAGES if language != default}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Move `/en` from PATH_INFO to SCRIPT_NAME and note the language."""
        path = environ.get("PATH_INFO", "")
        environ[_ROOT] = environ.get("SCRIPT_NAME", "")
        environ[_LANGUAGE] = self.default
        for prefix, language in self.prefixes.items():
            if path == prefix or path.startswith(prefix + "/"):
                environ["SCRIPT_NAME"] = environ[_ROOT] + prefix
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
                environ[_LANGUAGE] = language
        return self.app(environ, start_response)


def configure_languages(app: Flask, settings: Settings) -> None:
    """Install gettext with the request's language."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.default_language
    Babel(
        app,
        default_translation_directories=str(paths.TRANSLATIONS),
        locale_selector=request_language,
        default_timezone="UTC",
    )


def request_language() -> str:
    """The language of the current request; the default one outside of requests."""
    settings = current_settings()
    if not has_request_context():
        return settings.default_language
    return str(request.environ.get(_LANGUAGE, settings.default_language))


def current_language() -> str:
    """The language texts are being written in just now (also inside `force_locale`)."""
    locale = get_locale()
    return locale.language if locale else request_language()


def if_foreign(language: str) -> str | None:
    """A language for the attribute `lang` of a text: None where it is that of the page around it."""
    return language if language != current_language() else None


def language_prefix(language: str) -> str:
    """`""` for the default language, `"/en"` for another one."""
    settings = current_settings()
    return "" if language == settings.default_language else f"/{language}"


def only_without_prefix() -> None:
    """Raise `NotFound` below a language prefix: what says the same in every language has one address."""
    if request_language() != current_settings().default_language:
        raise NotFound


def root_path() -> str:
    """Where the application is mounted, without the language prefix (usually empty)."""
    return str(request.environ.get(_ROOT, ""))


def written_path() -> str:
    """The path of the current request as an address writes it; it never names another host."""
    return "/" + quote(request.path.lstrip("/"), safe="/:@!$&'()*+,;=~-._")


def same_page_in(language: str) -> str:
    """The address of the current page in another language, with its query."""
    query = request.query_string.decode("ascii", "replace")
    path = root_path() + language_prefix(language) + written_path()
    return f"{path}?{query}" if query else path
