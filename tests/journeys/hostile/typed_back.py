"""Every form that can be refused, with the fields that then come back: what is sent, by whom, where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# A character that no page may hold: whatever else is right, the form is refused.
NO_TEXT = "\x01"
LONG = "x" * 1100
HERE, MANAGED = "/consultations/tout", "/manage/consultations"
TEXTS = ("title", "slug", "summary", "introduction", "about", "decides", "decided_when", "not_negotiable")
CHOSEN = ("language", "opens_on", "closes_on", "outcome", "outcome_on", "based_on", "hold_first_posts")
DETAILS = (
    "legal_name",
    "postal_address",
    "contact_email",
    "publication_director",
    "host",
    "data_protection_contact",
)
TESTIMONY = ("name", "role", "organisation", "quote", "consent")
PLACE = ("organisation", "organisation_name", "time_zone")


@dataclass(frozen=True)
class Sent:
    """One form; each of its `typed` fields holds another payload, followed by `end` so that it is refused."""

    form: str
    who: str
    path: str
    typed: Sequence[str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    end: str = NO_TEXT
    rows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Sequence[str] = ()
    page: str = ""

    @property
    def names(self) -> list[str]:
        """The fields that hold payloads, by class."""
        own = [f"{self.form}.{name}" for name in (*self.typed, *self.files)]
        return [*own, *(f"{_ROWS[name]}.{part}" for name, parts in self.rows.items() for part in parts)]


_ROWS = {"questions": "consultations.QuestionRow", "testimonies": "consultations.TestimonyRow"}

FORMS = (
    Sent("accounts.EmailForm", "visitor", "/sign-in", ("email", "next")),
    Sent("accounts.CodeForm", "asking", "/sign-in/code", ("code",)),
    Sent("accounts.PasswordSignInForm", "visitor", "/sign-in/password", ("email", "next", "password")),
    Sent("accounts.WelcomeForm", "welcome", "/sign-in/welcome", ("display_name", "consent")),
    Sent("accounts.NameForm", "citizen", "/account", ("display_name",)),
    Sent("accounts.FirstPasswordForm", "citizen", "/account/password", ("password",), end=LONG),
    Sent("accounts.EnrolForm", "citizen", "/account/second-factor", ("code", "next")),
    Sent("accounts.FactorForm", "pending", "/sign-in/second-factor", ("code", "next"), end=LONG),
    Sent("accounts.AddressForm", "citizen", "/account/address", ("email",)),
    Sent("accounts.MailsForm", "citizen", "/account/notifications", ("wanted",), end=""),
    Sent("privacy.EraseForm", "author", "/account/erase", ("texts", "address")),
    Sent("privacy.AgreeForm", "citizen", "/account/conditions", ("next",)),
    Sent("proposals.IdeaForm", "visitor", f"{HERE}/contributions/new", ("question", "title")),
    Sent("proposals.TextForm", "author", f"{HERE}/contributions/new/text", ("body",)),
    Sent("proposals.EditForm", "author", f"{HERE}/contributions/1/edit", ("question", "title", "body")),
    Sent(
        "proposals.CommentForm",
        "citizen",
        f"{HERE}/contributions/1/comments",
        ("stance", "body"),
        page=f"{HERE}/contributions/1",
    ),
    Sent(
        "proposals.PaperForm",
        "team",
        f"{MANAGED}/papier/paper/new",
        ("question", "channel", "received_on", "source", "title", "body", "author_name", "author_key", "token"),
    ),
    Sent("proposals.ReasonForm", "team", f"{MANAGED}/papier/paper/1/withdraw", ("reason",)),
    Sent(
        "consultations.ConsultationForm",
        "team",
        f"{MANAGED}/papier/edit",
        (*TEXTS, *CHOSEN),
        rows={"questions": ("text",), "testimonies": TESTIMONY},
    ),
    Sent(
        "consultations.CreationForm",
        "administrator",
        f"{MANAGED}/new",
        (*PLACE, *TEXTS, *CHOSEN),
        rows={"questions": ("text",), "testimonies": TESTIMONY},
    ),
    Sent("consultations.PreviewForm", "team", f"{MANAGED}/papier/preview", ("on",)),
    Sent(
        "organisations.IdentityForm",
        "team",
        "/manage/organisations/principale/identity",
        ("name", "accent", "remove_logo", *DETAILS),
        files=("logo",),
    ),
    Sent("organisations.RoleForm", "administrator", "/manage/organisations/equipe/members/{member}", ("role",)),
    Sent(
        "organisations.InvitationForm",
        "administrator",
        "/manage/organisations/equipe/members",
        ("role", "email", "words"),
    ),
    Sent("moderation.ReportForm", "citizen", f"{HERE}/contributions/4/report", ("reason", "words")),
    Sent("moderation.AnswerForm", "author", "/account/decisions/{decision}", ("body",)),
    Sent(
        "moderation.DecisionForm",
        "team",
        f"{MANAGED}/tout/moderation/contributions/3",
        ("reason", "words"),
        {"act": "hide"},
    ),
)
