"""What the style guide puts into the components: invented, in the language of the page, and never too short.

These are texts that people would write, not words of the interface: each stands here in both languages.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from consult.core.web.choices import choice
from consult.core.web.languages import current_language

_NAMES = ("Claire M.", "Jean-Baptiste L.", "Association des riverains du quai de l’Ambrelle et du Pont-Vieux")


def say(english: str, french: str) -> str:
    """A text in the language of the page."""
    return french if current_language() == "fr" else english


def samples() -> dict[str, Any]:
    """Everything the specimens take, by the name they know it under."""
    return {
        "say": say,
        "other": _foreign,
        "other_language": _other(),
        "consultations": _consultations(),
        "contributions": _contributions(),
        "comment_groups": _comment_groups(),
        "answers": _answers(),
        "testimonies": _testimonies(),
        "figures_six": _figures(),
        "timeline_steps": _timeline(),
        "plots": _plots(),
        "forms": SimpleNamespace(
            fresh=_form("fresh", {}),
            filled=_form("filled", {}, typed=True),
            refused=_form("refused", {"refused": "1"}),
        ),
        "prose_html": _prose(),
        "accounts": _accounts(),
        "long_title": _long_title(),
    }


def _other() -> str:
    return "en" if current_language() == "fr" else "fr"


def _foreign(english: str, french: str) -> str:
    """The same text in the other language."""
    return english if _other() == "en" else french


def _long_title() -> str:
    return say(
        "Intercommunal consultation on telecommunications infrastructure, its maintenance, its safety and who "
        "answers for it in thirty-three municipalities",
        "Concertation intercommunale sur les infrastructures de télécommunication, leur entretien, leur sûreté et "
        "qui en répond dans trente-trois communes",
    )


def _consultations() -> SimpleNamespace:
    base: dict[str, Any] = {
        "url": "#consultation-card",
        "title": say(
            "The market hall: what for, and at what hours?", "La halle : pour quoi faire, et à quelles heures ?"
        ),
        "organisation": say("Town of Fontvive", "Ville de Fontvive"),
        "summary": say(
            "The hall will be repaired next year. Before anything is drawn, tell us what should happen there.",
            "La halle sera réparée l’an prochain. Avant de la dessiner, dites-nous ce qui doit s’y passer.",
        ),
        "dates_label": say("until 14 Jan 2027", "jusqu’au 14 janv. 2027"),
        "days_left_label": None,
        "participants": 1024,
        "contributions": 86,
        "outcome_label": None,
        "synthesis_url": None,
        "action_label": say("Take part", "Participer"),
        "action_url": "#consultation-card",
    }
    left = {"days_left_label": say("28 days left", "encore 28 jours")}
    soon = {"days_left_label": say("Last day", "Dernier jour"), "closing_soon": True}
    outcome = say("4 ideas kept, 2 in part, 2 not kept.", "4 idées retenues, 2 en partie, 2 non retenues.")
    return SimpleNamespace(
        open=base | {"state": "open"} | left,
        soon=base | {"state": "open"} | soon,
        announced=base | {"state": "announced", "action_label": say("Find out more", "En savoir plus")},
        closed=base
        | {"state": "closed", "action_url": None, "outcome_label": outcome, "synthesis_url": "#consultation-card"},
        foreign=base
        | {"state": "open", "language": _other()}
        | {"title": _foreign("The river, and its banks", "La rivière et ses berges")}
        | {"summary": _foreign("Where should one be able to walk?", "Où doit-on pouvoir marcher ?")}
        | left,
        long=base | {"state": "open", "title": _long_title(), "organisation": _NAMES[2]} | left,
    )


def _contributions() -> SimpleNamespace:
    base: dict[str, Any] = {
        "url": "#contribution-card",
        "number": 7,
        "title": say("Open the hall to associations in the evening", "Ouvrir la halle aux associations le soir"),
        "author": _NAMES[0],
        "created_label": say("10 Mar 2026", "10 mars 2026"),
        "created_iso": "2026-03-10T09:30:00+00:00",
        "excerpt": say(
            "From 6 to 10 p.m., all year, with one key per association and a book in which everyone signs.",
            "De 18 h à 22 h, toute l’année, avec une clé par association et un cahier que chacun signe.",
        ),
        "question_label": say("Question 2", "Question 2"),
        "supports": 1,
        "comments": 0,
        "language": None,
    }
    kept = {"answered": True, "answer_label": say("Kept in part", "Retenue en partie")}
    return SimpleNamespace(
        plain=base,
        answered=base | kept | {"supports": 1204, "comments": 38},
        foreign=base
        | {"language": _other()}
        | {"title": _foreign("A bench in the shade", "Un banc à l’ombre")}
        | {"excerpt": _foreign("The square has none.", "La place n’en a aucun.")},
        long=base | {"title": _long_title(), "author": _NAMES[2], "question_label": None},
    )


def _comment(number: int, stance: str, text: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "author": _NAMES[number % 2],
        "created_label": say("12 Mar 2026", "12 mars 2026"),
        "created_iso": "2026-03-12T18:00:00+00:00",
        "body_html": Markup("<p>{}</p>").format(text),
        "stance": stance,
        "stance_label": None,
        "replies": [],
        "reply_url": "#arguments",
        "hidden_reason": None,
        "language": None,
    } | changes


def _comment_groups() -> list[dict[str, Any]]:
    answer = say("The book of keys answers that.", "Le cahier des clés y répond.")
    reply = _comment(903, "", answer, reply_url=None)
    hidden = say(
        "Hidden by the organisation: it named a private person.", "Masqué : une personne privée y était nommée."
    )
    winter = _foreign("And in winter, who heats it?", "Et l’hiver, qui chauffe ?")
    return [
        {
            "key": "for",
            "title": say("Arguments for", "Arguments pour"),
            "count_label": "2",
            "comments": [
                _comment(
                    901, "for", say("We are looking for a place.", "Nous cherchons un lieu."), replies=[reply]
                ),
                _comment(902, "for", "", hidden_reason=hidden, reply_url=None),
            ],
        },
        {
            "key": "against",
            "title": say("Arguments against", "Arguments contre"),
            "count_label": "0",
            "comments": [],
            "empty_label": say("No argument against so far.", "Pas encore d’argument contre."),
        },
        {
            "key": "neutral",
            "title": say("Other comments", "Autres commentaires"),
            "count_label": "1",
            "comments": [_comment(904, "neutral", winter, author=_NAMES[2], language=_other())],
        },
    ]


def _answers() -> SimpleNamespace:
    base = {
        "status_label": say("Kept in part", "Retenue en partie"),
        "body_html": Markup("<p>{}</p>").format(
            say(
                "The hall opens until 8 p.m. from September; 10 p.m. is tried for a year.",
                "La halle ouvre jusqu’à 20 h dès septembre ; 22 h est mis à l’essai pendant un an.",
            )
        ),
        "organisation": say("Town of Fontvive", "Ville de Fontvive"),
        "service": say("Department of associations", "Service de la vie associative"),
        "date_label": say("2 June 2026", "2 juin 2026"),
        "date_iso": "2026-06-02",
    }
    return SimpleNamespace(
        kept=base,
        short=base | {"service": None, "status_label": say("Outside our remit", "Hors de notre compétence")},
    )


def _testimonies() -> SimpleNamespace:
    quote = say("At five in the morning the hall already talks.", "À cinq heures du matin, la halle parle déjà.")
    base = {
        "name": "Odette R.",
        "role": say("Fishmonger", "Poissonnière"),
        "organisation": say("Traders of the hall", "Commerçants de la halle"),
        "quote_html": Markup("<p>{}</p>").format(quote),
        "portrait_url": None,
        "language": None,
    }
    return SimpleNamespace(
        full=base,
        short=base | {"role": "", "organisation": ""},
        foreign=base
        | {"language": _other()}
        | {
            "quote_html": Markup("<p>{}</p>").format(
                _foreign("It is our indoor square.", "C’est notre place couverte.")
            )
        },
    )


def _figures() -> list[dict[str, Any]]:
    number = say("1,024", "1\u202f024")
    return [
        {"key": "days", "value_label": "553", "label": say("days", "jours"), "note": say("of 555", "sur 555")},
        {"key": "participants", "value_label": number, "label": "participants", "note": None},
        {"key": "contributions", "value_label": "86", "label": "contributions", "note": None},
        {"key": "supports", "value_label": number, "label": say("supports", "soutiens"), "note": None},
        {"key": "comments", "value_label": "0", "label": say("comments", "commentaires"), "note": None},
        {
            "key": "visitors",
            "value_label": say("12,745", "12\u202f745"),
            "label": say("visitors", "visiteurs"),
            "note": say("estimate", "estimation"),
        },
    ]


def _timeline() -> list[dict[str, Any]]:
    return [
        {
            "label": say("Announced", "Annonce"),
            "date_label": "19 mars 2026",
            "iso": "2026-03-19",
            "status": "past",
        },
        {"label": say("Open", "Ouverture"), "date_label": "2 avr. 2026", "iso": "2026-04-02", "status": "current"},
        {"label": say("Closed", "Clôture"), "date_label": "30 juin 2026", "iso": "2026-06-30", "status": "future"},
        {"label": say("Synthesis", "Synthèse"), "date_label": None, "iso": None, "status": "future"},
        {"label": say("Decision", "Décision"), "date_label": "2026", "iso": None, "status": "future"},
    ]


def _plots() -> SimpleNamespace:
    weeks = (2, 9, 4, 0, 1, 3, 12, 7)
    columns = [
        {
            "label": say(f"Week {n}", f"Semaine {n}"),
            "short_label": f"S{n}",
            "value": value,
            "value_label": str(value),
        }
        for n, value in enumerate(weeks, 1)
    ]
    bars = [
        {"label": label, "value": value, "value_label": str(value), "series": series}
        for label, value, series in (
            (say("On the site", "Sur le site"), 62, 1),
            (say("On paper", "Sur papier"), 17, 2),
            (say("At a meeting", "En réunion"), 7, 3),
            (_long_title(), 3, 4),
            (say("By telephone", "Par téléphone"), 0, 5),
        )
    ]
    return SimpleNamespace(
        columns=_plot("sample-weeks", say("Activity per week", "Activité par semaine"), columns),
        bars=_plot("sample-ways", say("How they came", "Par où elles sont arrivées"), bars),
        empty=_plot("sample-empty", say("Nothing to draw", "Rien à dessiner"), []),
    )


def _plot(name: str, title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    summary = say("The most in one row: see the bold number.", "Le plus en une fois : voir le nombre en gras.")
    return {"id": name, "title": title, "summary": summary if rows else "", "unit": "contributions", "rows": rows}


def _form(prefix: str, problems: dict[str, str], *, typed: bool = False) -> Form:
    """A form of its own for each specimen: ids are unique. `problems` makes it a refused one."""
    ways = [choice("web", say("On the site", "Sur le site")), choice("paper", say("On paper", "Sur papier"))]

    class SampleForm(Form):
        name = StringField(say("Your name", "Votre nom"), [InputRequired(say("Write a name.", "Écrivez un nom."))])
        text = TextAreaField(say("Your text", "Votre texte"))
        way = SelectField(say("How it came", "Par où"), choices=ways)
        stance = RadioField(
            say("Your opinion", "Votre avis"),
            [InputRequired(say("Choose one.", "Choisissez."))],
            choices=[choice("for", say("For", "Pour")), choice("against", say("Against", "Contre"))],
        )
        agreed = BooleanField(
            say("I have read this", "J’ai lu ceci"), [InputRequired(say("Tick the box.", "Cochez la case."))]
        )

    values = {"name": _NAMES[2], "text": _long_title(), "way": "paper", "stance": "for", "agreed": True}
    form = SampleForm(prefix=f"{prefix}-", data=values if typed or problems else None)
    if problems:
        for item in (form.name, form.stance, form.agreed):
            item.errors = [say("This has to be mended.", "Ceci est à corriger.")]
    return form


def _prose() -> Markup:
    return Markup(
        "<h2>{}</h2><p>{} <a href='#prose'>{}</a>. <strong>{}</strong></p><ul><li>{}</li><li>{}</li></ul>"
        "<blockquote><p>{}</p></blockquote><table><thead><tr><th>{}</th><th>{}</th></tr></thead>"
        "<tbody><tr><td>A</td><td>12</td></tr></tbody></table>"
    ).format(
        say("A heading", "Un titre"),
        say("A paragraph with", "Un paragraphe avec"),
        say("a link", "un lien"),
        say("And something important.", "Et quelque chose d’important."),
        say("one point", "un point"),
        say("another point", "un autre point"),
        say("An extract of the minutes.", "Un extrait du procès-verbal."),
        say("Hall", "Halle"),
        say("Stalls", "Étals"),
    )


def _accounts() -> SimpleNamespace:
    base = {
        "name": _NAMES[0],
        "account_url": "#header",
        "manage_url": None,
        "sign_out_url": "#header",
        "csrf_token": "-",
    }
    return SimpleNamespace(citizen=base, team=base | {"name": _NAMES[2], "manage_url": "#header"})
