"""Mails written from templates: the same words as text and as HTML, in the reader's language."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from flask_babel.speaklater import LazyString

from consult.core.installation import current_settings
from consult.core.mail import Letter
from consult.core.web.languages import language_prefix


def write_letter(name: str, *, recipient: str, subject: LazyString, language: str, **values: object) -> Letter:
    """The mail of `emails/NAME.txt` and `emails/NAME.html`; `subject` is spoken in `language` too.

    Works in tasks and on the command line as well: addresses inside come from `external_url`. The templates are
    rendered without the context of pages, whose frame (and pending notices) a mail has no use for.
    """
    settings = current_settings()
    common = {
        "language": language,
        "site_name": settings.site_name,
        "site_url": f"{settings.base_url}{language_prefix(language)}/",
    }
    templates = current_app.jinja_env
    with force_locale(language):
        return Letter(
            recipient=recipient,
            subject=str(subject),
            text=templates.get_template(f"emails/{name}.txt").render(common, **values),
            html=templates.get_template(f"emails/{name}.html").render(common, subject=str(subject), **values),
            language=language,
        )
