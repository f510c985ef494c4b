"""The only file that knows every feature: blueprints, event → handler table, tasks, sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Flask
from flask_babel.speaklater import LazyString

import consult.audience.models
import consult.ledger.models
import consult.moderation.models
import consult.proposals.fragments
import consult.proposals.models
import consult.proposals.writing
import consult.reports.models  # noqa: F401 - every model and route is known
from consult.accounts import address, attempts, second_factor, security
from consult.accounts import tasks as accounts_tasks
from consult.accounts import views as accounts_views
from consult.accounts.events import PersonErased, SignedIn
from consult.accounts.messages import SENTENCES as ACCOUNTS
from consult.audience import tasks as audience_tasks
from consult.audience import views as audience_views
from consult.audience.events import DaySealed
from consult.backoffice import views as backoffice_views
from consult.consultations import admin as consultations_admin
from consult.consultations import views as consultations_views
from consult.consultations.events import ConsultationChanged, ConsultationPublished, SynthesisPublished
from consult.consultations.messages import SENTENCES as CONSULTATIONS
from consult.core import limits, spent
from consult.core.events import Handler, install_handlers
from consult.core.mail import SEND_MAIL, send_due_mail
from consult.core.tasks import Task
from consult.core.web.failures import install_place_finder
from consult.core.web.sentences import install_sentences
from consult.ledger import handlers as ledger_handlers
from consult.ledger import views as ledger_views
from consult.moderation import admin as moderation_admin
from consult.moderation import commands as moderation_commands
from consult.moderation import floods as moderation_floods
from consult.moderation import handlers as moderation_handlers
from consult.moderation import tasks as moderation_tasks
from consult.moderation import views as moderation_views
from consult.moderation.messages import SENTENCES as MODERATION
from consult.organisations import admin as organisations_admin
from consult.organisations import handlers as organisations_handlers
from consult.organisations import tasks as organisations_tasks
from consult.organisations import team_admin
from consult.organisations import views as organisations_views
from consult.organisations.messages import SENTENCES as ORGANISATIONS
from consult.privacy import tasks as privacy_tasks
from consult.privacy import views as privacy_views
from consult.privacy.messages import SENTENCES as PRIVACY
from consult.proposals import admin as proposals_admin
from consult.proposals import handlers as proposals_handlers
from consult.proposals import views as proposals_views
from consult.proposals.events import (
    CommentHeld,
    CommentPublished,
    CommentStatusChanged,
    ContributionEdited,
    ContributionHeld,
    ContributionPublished,
    ContributionStatusChanged,
    PaperCorrected,
    PaperEntered,
    SupportGiven,
    SupportWithdrawn,
)
from consult.proposals.messages import SENTENCES as PROPOSALS
from consult.reports import admin as reports_admin
from consult.reports import handlers as reports_handlers
from consult.reports import tasks as reports_tasks
from consult.reports import views as reports_views
from consult.reports.messages import SENTENCES as REPORTS
from consult.settings import Settings
from consult.site import account, appearance, context, feeds, health, identity, legal, sharing, sitemap, styleguide
from consult.site import views as site_views
from consult.site.presentation import place_of_request

HANDLERS: Mapping[type, Sequence[Handler]] = {
    SignedIn: (proposals_handlers.keep_drafts_at_sign_in,),
    PersonErased: (
        proposals_handlers.erase_author,
        proposals_handlers.forget_who_typed_in,
        organisations_handlers.forget_erased_person,
        moderation_handlers.forget_erased_person,
        reports_handlers.replace_editions_of_author,
    ),
    ConsultationPublished: (ledger_handlers.begin_journal, reports_handlers.request_first_edition),
    ConsultationChanged: (ledger_handlers.journal_change,),
    SynthesisPublished: (ledger_handlers.journal_synthesis,),
    ContributionPublished: (
        ledger_handlers.journal_contribution,
        moderation_handlers.compare_text,
    ),
    ContributionHeld: (
        ledger_handlers.journal_contribution,
        moderation_handlers.queue_held,
        moderation_handlers.compare_text,
    ),
    PaperEntered: (ledger_handlers.journal_contribution,),
    PaperCorrected: (ledger_handlers.journal_paper_correction,),
    ContributionEdited: (
        ledger_handlers.journal_edit,
        moderation_handlers.compare_text,
    ),
    ContributionStatusChanged: (
        ledger_handlers.journal_contribution_status,
        moderation_handlers.forget_withdrawn,
        reports_handlers.replace_editions,
    ),
    SupportGiven: (ledger_handlers.journal_support,),
    SupportWithdrawn: (ledger_handlers.journal_support_withdrawn,),
    CommentPublished: (
        ledger_handlers.journal_comment,
        moderation_handlers.compare_text,
    ),
    CommentHeld: (
        ledger_handlers.journal_comment,
        moderation_handlers.queue_held,
        moderation_handlers.compare_text,
    ),
    CommentStatusChanged: (
        ledger_handlers.journal_comment_status,
        moderation_handlers.forget_withdrawn,
        reports_handlers.replace_editions,
    ),
    DaySealed: (ledger_handlers.journal_sealed_day,),
}

TASKS: tuple[Task, ...] = (
    Task(SEND_MAIL, send_due_mail, every_minutes=1),
    Task(limits.PURGE, limits.purge_counts, every_minutes=10),
    Task(spent.PURGE, spent.purge_spent, every_minutes=10),
    Task(accounts_tasks.PURGE, accounts_tasks.purge, every_minutes=60),
    Task(organisations_tasks.PURGE, organisations_tasks.purge, every_minutes=60),
    Task(privacy_tasks.FINISH_ERASURES, privacy_tasks.finish_erasures, every_minutes=30),
    Task(privacy_tasks.RETENTION, privacy_tasks.keep_no_longer, every_minutes=60),
    Task(audience_tasks.SEAL_DAYS, audience_tasks.seal_days, every_minutes=10),
    Task(moderation_commands.TELL_AUTHORS, moderation_tasks.tell_authors, every_minutes=1),
    Task(moderation_floods.FIND_FLOODS, moderation_tasks.find_floods, every_minutes=5),
    Task(reports_tasks.REQUEST_EDITIONS, reports_tasks.request_stale_editions, every_minutes=10),
    Task(reports_tasks.RENDER_EDITIONS, reports_tasks.render_due_editions, every_minutes=1),
)

SENTENCES: Mapping[str, LazyString] = {
    **ACCOUNTS,
    **ORGANISATIONS,
    **CONSULTATIONS,
    **PROPOSALS,
    **MODERATION,
    **PRIVACY,
    **REPORTS,
}


def wire(app: Flask, settings: Settings) -> None:
    """Attach every feature to the application."""
    identity.configure_identity(app, settings)
    context.configure_context(app, settings)
    appearance.configure_appearance(app)
    legal.configure_objection(app)
    sharing.configure_sharing(app)
    install_handlers(HANDLERS)
    install_sentences(app.extensions, SENTENCES)
    install_place_finder(app.extensions, place_of_request)
    audience_views.configure_counting(app, settings)
    for blueprint in (
        site_views.blueprint,
        account.blueprint,
        appearance.blueprint,
        styleguide.blueprint,
        health.blueprint,
        legal.blueprint,
        sharing.blueprint,
        feeds.blueprint,
        sitemap.blueprint,
        consultations_views.blueprint,
        proposals_views.blueprint,
        reports_views.blueprint,
        ledger_views.blueprint,
        accounts_views.blueprint,
        attempts.blueprint,
        second_factor.blueprint,
        security.blueprint,
        address.blueprint,
        privacy_views.blueprint,
        organisations_views.blueprint,
        backoffice_views.blueprint,
        organisations_admin.blueprint,
        team_admin.blueprint,
        consultations_admin.blueprint,
        moderation_admin.blueprint,
        proposals_admin.blueprint,
        reports_admin.blueprint,
        moderation_views.blueprint,
    ):
        app.register_blueprint(blueprint)
