"""The one application factory."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from consult import wiring
from consult.core import paths
from consult.core.db import configure_database
from consult.core.installation import install_settings
from consult.core.mail import build_transport
from consult.core.tasks import build_huey, configure_tasks
from consult.core.web.addresses import configure_addresses
from consult.core.web.assets import configure_assets
from consult.core.web.compression import configure_compression
from consult.core.web.failures import configure_failures
from consult.core.web.formats import configure_formats
from consult.core.web.guard import configure_guard
from consult.core.web.headers import configure_headers
from consult.core.web.languages import LanguagePrefix, configure_languages
from consult.core.web.limits import configure_limits
from consult.core.web.maintenance import ClosedForMaintenance
from consult.core.web.people import configure_people
from consult.core.web.proxies import TrustedProxies
from consult.core.web.reception import Reception
from consult.core.web.typography import configure_typography
from consult.settings import Settings

_MAX_BODY = 2 * 1024 * 1024
_MAX_FORM = 1024 * 1024


def create_app(settings: Settings) -> Flask:
    """Build the application for these settings.

    Raises `OperatorError` when a setting cannot be used. The database may be unreachable: `/readyz` tells.
    """
    app = Flask(
        "consult",
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.STATIC),
        instance_path=str(settings.instance_path.resolve()),
    )
    install_settings(app, settings)
    _configure_flask(app, settings)
    configure_database(app, settings.resolved_database_url)
    configure_languages(app, settings)
    configure_addresses(app)
    configure_formats(app)
    configure_typography(app)
    configure_assets(app)
    # before_request hooks run in the order they are added: the clock first, then access, then CSRF.
    configure_guard(app, settings)
    CSRFProtect(app)
    configure_limits(app, settings)
    configure_people(app)
    # after_request hooks run backwards: what is set last is compressed.
    configure_compression(app)
    configure_headers(app, settings)
    configure_failures(app)
    app.extensions["consult_mail"] = build_transport(settings.mail_url, settings.instance_path / "mailbox")
    wiring.wire(app, settings)
    queue_folder = settings.instance_path.resolve() / "queue"
    huey = build_huey(settings.redis_url, queue_folder, settings.resolved_secret_key())
    configure_tasks(app, wiring.TASKS, huey)
    app.wsgi_app = Reception(  # type: ignore[method-assign]
        LanguagePrefix(
            TrustedProxies(ClosedForMaintenance(app.wsgi_app, settings), settings.trusted_proxies),
            settings.default_language,
        )
    )
    return app


def _configure_flask(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.resolved_secret_key(),
        MAX_CONTENT_LENGTH=_MAX_BODY,
        MAX_FORM_MEMORY_SIZE=_MAX_FORM,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as scripts/catalogues.py collects {% trans %} blocks
