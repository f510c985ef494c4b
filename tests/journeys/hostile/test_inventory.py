"""Every field of every form is accounted for: its texts are stored and shown, come back, or cannot be texts."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from wtforms import BooleanField, FieldList, Form, PasswordField
from wtforms.fields.core import UnboundField
from wtforms.widgets import PasswordInput

from tests.journeys.hostile.conftest import HostilePlace
from tests.journeys.hostile.typed_back import FORMS
from tests.support.installation import ROOT

# Under which name the texts of a field were stored (`Seeded.stored`); they are shown wherever it is shown.
STORED = {
    "accounts.NameForm.display_name": "display_name",
    "consultations.ConsultationForm.title": "title",
    "consultations.ConsultationForm.summary": "summary",
    "consultations.ConsultationForm.introduction": "introduction",
    "consultations.ConsultationForm.about": "about",
    "consultations.ConsultationForm.decides": "decides",
    "consultations.ConsultationForm.decided_when": "decided_when",
    "consultations.ConsultationForm.not_negotiable": "not_negotiable",
    "consultations.ConsultationForm.outcome": "outcome",
    "consultations.QuestionRow.text": "question",
    "consultations.TestimonyRow.name": "testimony.name",
    "consultations.TestimonyRow.role": "testimony.role",
    "consultations.TestimonyRow.organisation": "testimony.organisation",
    "consultations.TestimonyRow.quote": "testimony.quote",
    "consultations.TestimonyRow.consent": "testimony.consent",
    "organisations.OrganisationFields.organisation_name": "organisation",
    "organisations.IdentityForm.name": "organisation",
    "organisations.IdentityForm.legal_name": "legal_name",
    "organisations.IdentityForm.postal_address": "postal_address",
    "organisations.IdentityForm.publication_director": "publication_director",
    "organisations.IdentityForm.host": "host",
    "organisations.IdentityForm.data_protection_contact": "data_protection_contact",
    "organisations.InvitationForm.words": "invitation.words",
    "proposals.IdeaForm.title": "contribution.title",
    "proposals.TextForm.body": "contribution.body",
    "proposals.EditForm.title": "revision",
    "proposals.EditForm.body": "revision",
    "proposals.CommentForm.body": "comment",
    "proposals.PaperForm.title": "paper.title",
    "proposals.PaperForm.body": "paper.body",
    "proposals.PaperForm.author_name": "paper.author_name",
    "proposals.PaperForm.author_key": "paper.author_key",
    "proposals.PaperForm.source": "paper.source",
    "proposals.ReasonForm.reason": "paper.reason",
    "moderation.DecisionForm.words": "decision.words",
    "moderation.ReportForm.words": "report.words",
    "moderation.AnswerForm.body": "answer",
}
# What is accepted of them is no free text; what is refused comes back (`typed_back.py`).
CHOICE, FORMAT, NAME_OF_FORM = "one of a list", "a format that is checked", "compared, or read as a number"
CLOSED = {
    "accounts.EmailForm.email": FORMAT,
    "accounts.EmailForm.next": "an address of this site, or nothing",
    "accounts.CodeForm.code": "digits",
    "accounts.FactorForm.code": "compared with a code",
    "accounts.FactorForm.next": "an address of this site, or nothing",
    "accounts.EnrolForm.code": "digits",
    "accounts.EnrolForm.next": "an address of this site, or nothing",
    "accounts.AddressForm.email": FORMAT,
    "accounts.MailsForm.wanted": CHOICE,
    "consultations.ConsultationForm.slug": FORMAT,
    "consultations.ConsultationForm.language": CHOICE,
    "consultations.ConsultationForm.opens_on": FORMAT,
    "consultations.ConsultationForm.closes_on": FORMAT,
    "consultations.ConsultationForm.outcome_on": FORMAT,
    "consultations.ConsultationForm.based_on": NAME_OF_FORM,
    "consultations.PreviewForm.on": FORMAT,
    "organisations.OrganisationFields.organisation": CHOICE,
    "organisations.OrganisationFields.time_zone": CHOICE,
    "organisations.IdentityForm.accent": FORMAT,
    "organisations.IdentityForm.logo": "decoded and written anew; its name is not kept",
    "organisations.IdentityForm.contact_email": FORMAT,
    "organisations.RoleForm.role": CHOICE,
    "organisations.InvitationForm.email": FORMAT,
    "proposals.CommentForm.stance": CHOICE,
    "proposals.CommentForm.parent": NAME_OF_FORM,
    "privacy.EraseForm.texts": CHOICE,
    "privacy.EraseForm.address": "compared with the account’s own",
    "privacy.AgreeForm.next": "an address of this site, or nothing",
    "proposals._QuestionForm.question": NAME_OF_FORM,
    "proposals.PaperForm.channel": CHOICE,
    "proposals.PaperForm.received_on": FORMAT,
    "proposals.PaperForm.token": "kept, and shown in the form alone",
    "moderation.ReasonForm.reason": CHOICE,
    "moderation.ReasonForm.words": "each form that is made of it has words of its own",
    "moderation.DecisionForm.act": "one of a list, or the page does not exist",
}
# Not among the forms that come back, and why.
NEVER_BACK = {
    "moderation.ReasonForm.words": "each form that is made of it has words of its own",
    "moderation.DecisionForm.act": "it decides which forms stand on the page",
    "proposals.CommentForm.parent": "a comment that is not there has no page",
}


def form_classes() -> Iterator[type[Form]]:
    """Every form of the product, by the convention that `make check` enforces: in its feature's `forms.py`."""
    for path in sorted((ROOT / "consult").rglob("forms.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for _name, found in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(found, Form) and found.__module__ == name:
                yield found


def own_fields(form: type[Form]) -> Iterator[tuple[str, UnboundField[Any]]]:
    """The fields that a class declares itself."""
    for name, value in vars(form).items():
        if isinstance(value, UnboundField):
            yield name, value


def fields() -> dict[str, UnboundField[Any]]:
    """Every field that takes more than yes or no, named after the class that declares it."""
    return {
        f"{form.__module__.split('.')[1]}.{form.__name__}.{name}": unbound
        for form in form_classes()
        for name, unbound in own_fields(form)
        if not issubclass(unbound.field_class, (BooleanField, FieldList))
    }


def declared(names: Iterable[str]) -> set[str]:
    """The same names, after the class that declares each field (a form has those of the classes above it)."""
    classes = {f"{form.__module__.split('.')[1]}.{form.__name__}": form for form in form_classes()}
    found = set()
    for name in names:
        form, _dot, its_field = name.rpartition(".")
        for above in classes[form].__mro__:
            if its_field in vars(above):
                found.add(f"{above.__module__.split('.')[1]}.{above.__name__}.{its_field}")
                break
        else:
            raise AssertionError(f"{name}: there is no such field")
    return found


def test_every_field_is_stored_or_takes_no_free_text(place: HostilePlace) -> None:
    known = {name for name, unbound in fields().items() if not issubclass(unbound.field_class, PasswordField)}
    assert known - STORED.keys() - CLOSED.keys() == set(), "say what becomes of these, here and in seeding"
    assert (STORED.keys() | CLOSED.keys()) - known == set(), "there are no such fields (any more)"
    assert STORED.keys() & CLOSED.keys() == set()
    assert set(STORED.values()) - place.seeded.stored.keys() == set()


def test_every_field_comes_back_from_a_refused_form() -> None:
    typed = declared(name for sent in FORMS for name in sent.names)
    known = {name for name, unbound in fields().items() if not issubclass(unbound.field_class, PasswordField)}
    assert known - typed - NEVER_BACK.keys() == set(), "add the form to typed_back.py"
    assert typed & NEVER_BACK.keys() == set()


def test_a_password_is_never_shown() -> None:
    passwords = [unbound for unbound in fields().values() if issubclass(unbound.field_class, PasswordField)]
    assert len(passwords) >= 5
    assert all("widget" not in unbound.kwargs for unbound in passwords)
    assert PasswordInput().hide_value


def test_a_new_field_would_be_noticed() -> None:
    assert "proposals.PaperForm.source" in fields()
    assert len(fields()) >= 60
