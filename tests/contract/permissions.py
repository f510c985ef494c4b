"""Who may do what: one line per endpoint. A route without a line fails the build, as does a line without a route.

To add an endpoint, add a line to `ROUTES`: who may reach it (one of the rules below), which policy its command
asks when a form is sent (`asks`, a function of some `policies.py`) or why none is (`free`), a form that it accepts
(`form`) from somebody (`by`) about something (`on`), and the fields of `EXTRAS` that are its own (`owns`). A new
variable in an address gets a value in `world.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.world import (
    ADMINISTRATOR,
    CITIZEN,
    CLOSED,
    DRAFT,
    HIDDEN,
    MANAGER,
    MODERATOR,
    NONE,
    OPEN,
    OWN,
    PLATFORM,
    VISITOR,
    WHO,
)

# What comes back, as a class. OK is a page, a redirection onwards, or a form refused because of its content.
OK, SIGN_IN, UNAUTHORISED, FORBIDDEN, ABSENT, GONE = "ok", "sign in", "401", "403", "404", "410"
TEAM = frozenset({MODERATOR, MANAGER, ADMINISTRATOR, PLATFORM})
MANAGERS = frozenset({MANAGER, ADMINISTRATOR, PLATFORM})
ADMINISTRATORS = frozenset({ADMINISTRATOR, PLATFORM})
INSIDE = frozenset(WHO) - {VISITOR, CITIZEN}  # some team's

Rule = Callable[[str, str, str], str]  # (who, kind of object, method) -> what comes back


def _door(method: str) -> str:
    return SIGN_IN if method == "GET" else UNAUTHORISED


def everybody(who: str, kind: str, method: str) -> str:
    """Anyone, the visitor included; what is about a draft is not there for the others, what is hidden neither."""
    hidden = kind in {DRAFT, HIDDEN} and who not in TEAM
    return ABSENT if hidden else OK


def gone(who: str, kind: str, method: str) -> str:
    """A link that was used up says so to everybody."""
    return GONE


def absent(who: str, kind: str, method: str) -> str:
    """What is not there in this installation."""
    return ABSENT


def signed_in(who: str, kind: str, method: str) -> str:
    """Anyone who is signed in."""
    return _door(method) if who == VISITOR else OK


def the_invited(who: str, kind: str, method: str) -> str:
    """Whoever holds the address that was written to: here the citizen."""
    if who == VISITOR:
        return _door(method)
    return OK if who == CITIZEN else FORBIDDEN


def the_citizen(who: str, kind: str, method: str) -> str:
    """What is the citizen's own does not exist for anybody else."""
    if who == VISITOR:
        return _door(method)
    return OK if who == CITIZEN else ABSENT


def without_a_factor(who: str, kind: str, method: str) -> str:
    """Nobody in this world has set a second factor up: there are no recovery codes to renew."""
    return _door(method) if who == VISITOR else ABSENT


def turning_off(who: str, kind: str, method: str) -> str:
    """A citizen may do without the second factor, a team may not."""
    return FORBIDDEN if who in INSIDE else signed_in(who, kind, method)


def any_team(who: str, kind: str, method: str) -> str:
    """Members of any team."""
    if who == VISITOR:
        return _door(method)
    return OK if who in INSIDE else FORBIDDEN


def _team(allowed: frozenset[str]) -> Rule:
    def rule(who: str, kind: str, method: str) -> str:
        if who not in INSIDE:
            return any_team(who, kind, method)
        if kind == DRAFT and who not in TEAM:
            return ABSENT
        return OK if who in allowed else FORBIDDEN

    return rule


own_team, managers, administrators = _team(TEAM), _team(MANAGERS), _team(ADMINISTRATORS)


def the_member_or_administrators(who: str, kind: str, method: str) -> str:
    """Who changes the team, and the member in question: here the manager."""
    return OK if who == MANAGER else administrators(who, kind, method)


def some_manager(who: str, kind: str, method: str) -> str:
    """Who manages any organisation."""
    return FORBIDDEN if who == MODERATOR else any_team(who, kind, method)


def published_only(who: str, kind: str, method: str) -> str:
    """What only a published consultation has; a draft has none of it, for its team neither."""
    return ABSENT if kind == DRAFT else everybody(who, kind, method)


def changed_after_a_support(who: str, kind: str, method: str) -> str:
    """Earlier texts: only the citizen's own contribution has some."""
    return OK if kind == OWN else ABSENT


def a_new_text(who: str, kind: str, method: str) -> str:
    """The steps towards a contribution, for visitors too; not for the team, nor once it is closed."""
    if who in TEAM:
        return FORBIDDEN
    return {OPEN: OK, CLOSED: FORBIDDEN}.get(kind, ABSENT)


def a_citizens_act(who: str, kind: str, method: str) -> str:
    """An act on a contribution: not the team in its own consultation, not once it is closed."""
    if who == VISITOR:
        return _door(method)
    if kind == DRAFT or (kind == HIDDEN and who not in TEAM):
        return ABSENT
    return FORBIDDEN if who in TEAM or kind == CLOSED else OK


def an_act_on_anothers(who: str, kind: str, method: str) -> str:
    """A citizen's act that the author may not do: supporting."""
    return FORBIDDEN if who == CITIZEN and kind == OWN else a_citizens_act(who, kind, method)


def taking_back(who: str, kind: str, method: str) -> str:
    """What one gave one may take back while it is open, whatever became of it; nothing happens without it."""
    return OK if kind == HIDDEN and who != VISITOR else _open_to_all_signed_in(who, kind, method)


def _open_to_all_signed_in(who: str, kind: str, method: str) -> str:
    if who == VISITOR:
        return _door(method)
    return {DRAFT: ABSENT, CLOSED: FORBIDDEN}.get(kind, OK)


def the_authors_act(who: str, kind: str, method: str) -> str:
    """Changing and withdrawing what is one's own."""
    found = a_citizens_act(who, kind, method)
    return FORBIDDEN if found == OK and not (who == CITIZEN and kind == OWN) else found


def the_commentators_act(who: str, kind: str, method: str) -> str:
    """Withdrawing one's own comment: the closed consultation holds one of the citizen's, which stays."""
    if who == CITIZEN and kind == CLOSED and method == "GET":
        return OK
    return FORBIDDEN if kind == HIDDEN and who != VISITOR else the_authors_act(who, kind, method)


def while_paper_comes_in(who: str, kind: str, method: str) -> str:
    """Typing in what came on paper: managers, from the opening on."""
    found = managers(who, kind, method)
    return FORBIDDEN if kind == DRAFT and found == OK else found


def nothing_on_paper(who: str, kind: str, method: str) -> str:
    """What was written on the site is none of it."""
    found = while_paper_comes_in(who, kind, method)
    return ABSENT if found == OK else found


def once_closed(who: str, kind: str, method: str) -> str:
    """Publishing the synthesis: managers, after the close."""
    found = managers(who, kind, method)
    return FORBIDDEN if kind != CLOSED and found == OK else found


def moderated(who: str, kind: str, method: str) -> str:
    """Every role of the own team; a draft holds nothing to moderate."""
    found = own_team(who, kind, method)
    return ABSENT if kind == DRAFT and found == OK else found


def hiding(who: str, kind: str, method: str) -> str:
    """As `moderated`; what is hidden is not hidden once more."""
    found = moderated(who, kind, method)
    return FORBIDDEN if kind == HIDDEN and found == OK else found


def reporting(who: str, kind: str, method: str) -> str:
    """Reporting what is public, open or closed: not the team, nor the author."""
    if who == VISITOR:
        return _door(method)
    if kind in {DRAFT, HIDDEN}:
        return ABSENT
    return FORBIDDEN if who in TEAM or (who == CITIZEN and kind == OWN) else OK


def reporting_a_comment(who: str, kind: str, method: str) -> str:
    """As `reporting`; the citizen's own stand under another contribution than theirs, and in the closed one."""
    found = reporting(who, kind, method)
    if kind == OWN and who != VISITOR:
        return ABSENT
    return FORBIDDEN if who == CITIZEN and kind == CLOSED else found


def the_author_told(who: str, kind: str, method: str) -> str:
    """What was decided about one's own text: here the citizen's."""
    if who == VISITOR:
        return _door(method)
    return OK if who == CITIZEN else ABSENT


@dataclass(frozen=True)
class Line:
    """What is declared of one endpoint; `sent` overrides `seen` for forms that are sent."""

    seen: Rule
    sent: Rule | None = None
    asks: str = ""
    free: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    owns: frozenset[str] = frozenset()
    by: str = CITIZEN
    on: str = OPEN

    def expected(self, who: str, kind: str, method: str) -> str:
        """What comes back to somebody who asks for one kind of object."""
        rule = self.sent if method != "GET" and self.sent is not None else self.seen
        return rule(who, kind, method)


OWN_COOKIE = "it sets a cookie of one's own and writes nothing"
OWN_SESSION = "it changes nothing but the session of this very browser"
ONES_OWN = "the command changes the actor's own rows only"
PREVIEW = "nothing is stored: it shows how a text will look"
DRAFT_OF_ONES_OWN = "a draft belongs to who writes it, and is asked about when it is sent"

PAPER = {
    "channel": "paper",
    "received_on": "2026-03-05",
    "source": "registre, p. 12",
    "question": "1",
    "title": "Garder le pavage",
    "body": "Le pavage a cent ans.",
}
CONSULTATION = {
    "organisation_name": "Ville d’Œuilly",
    "time_zone": "Europe/Paris",
    "title": "Une place pour l’été ?",
    "slug": "",
    "summary": "Dites-nous ce que la place doit devenir.",
    "language": "fr",
    "opens_on": "2026-03-10",
    "closes_on": "2026-04-10",
    "introduction": "La place est trop chaude.",
    "about": "Un extrait.",
    "decides": "Le conseil municipal",
    "decided_when": "En juin 2026",
    "not_negotiable": "Le budget",
    "questions-0-text": "Que faut-il planter ?",
}
COMMENT = {"stance": "for", "body": "Une très bonne idée pour la halle."}
REPORT = {"reason": "insult", "words": "Il vise ma voisine."}
HIDE = {"act": "hide", "reason": "personal_data", "words": "Un nom y figure."}

ROUTES: Mapping[str, Line] = {
    # Pages for everybody.
    "site.home": Line(everybody),
    "site.accessibility": Line(everybody),
    "site.site_map": Line(everybody),
    "site.mailbox": Line(absent),  # there is one on demonstrations only
    "site.mail": Line(absent),
    "legal.notice": Line(everybody),
    "legal.privacy": Line(everybody),
    "legal.counting": Line(everybody, free=OWN_COOKIE, form={"counted": "no"}),
    "privacy.consent": Line(everybody),
    "privacy.erased": Line(everybody),
    "styleguide.page": Line(absent),  # shown on demonstrations only
    "health.healthz": Line(everybody),
    "health.readyz": Line(everybody),
    "feeds.site": Line(everybody),
    "feeds.consultation": Line(published_only),
    "sharing.card": Line(published_only),
    "sharing.site_card": Line(everybody),
    "sharing.favicon": Line(everybody),
    "sharing.manifest": Line(everybody),
    "sharing.robots": Line(everybody),
    "sitemap.index": Line(everybody),
    "sitemap.consultations": Line(everybody),
    "sitemap.contributions": Line(everybody),
    "appearance.choose": Line(everybody, free=OWN_SESSION, form={"theme": "dark", "next": "/"}),
    "organisations.accent": Line(absent),  # it has no colour here
    "organisations.logo": Line(absent),  # nor a logo
    "consultations.introduction": Line(everybody),
    "consultations.about": Line(everybody),
    "consultations.testimonies": Line(everybody),
    "consultations.figures": Line(published_only),
    "reports.follow_up": Line(everybody),
    "reports.statistics": Line(everybody),
    "reports.statistics_json": Line(published_only),
    "reports.contributions_csv": Line(published_only),
    "reports.data_zip": Line(published_only),
    "ledger.journal": Line(everybody),
    "reports.synthesis": Line(absent),  # none is rendered in this world
    "proposals.index": Line(everybody),
    "proposals.show": Line(published_only),
    "proposals.history": Line(changed_after_a_support),
    # Signing in.
    "accounts.sign_in": Line(
        everybody,
        asks="accounts.can_ask_for_sign_in",
        form={"email": "claire@example.org"},
        by=VISITOR,
        on=NONE,
    ),
    "accounts.code": Line(
        everybody, free="whoever has the code of the mail", form={"code": "000000"}, by=VISITOR, on=NONE
    ),
    "accounts.confirm": Line(gone),
    "accounts.welcome": Line(everybody, free="whoever has just proven an address", by=VISITOR, on=NONE),
    "accounts.sign_out": Line(everybody, free=OWN_SESSION, on=NONE),
    "account.page": Line(
        signed_in,
        free=ONES_OWN,
        form={"display_name": "Clara"},
        on=NONE,
    ),
    "accounts.password": Line(everybody, free="whoever has the password", by=VISITOR, on=NONE),
    "second_factor.challenge": Line(everybody, free="whoever has the second factor", by=VISITOR, on=NONE),
    "second_factor.first": Line(everybody, free="whoever has just proven an address", by=VISITOR, on=NONE),
    # One's own account: the commands change the actor's rows and nobody else's.
    "second_factor.change": Line(signed_in, free=ONES_OWN, form={"code": "000000"}, on=NONE),
    "second_factor.renew_codes": Line(without_a_factor),
    "second_factor.turn_off": Line(
        signed_in, turning_off, asks="accounts.can_turn_second_factor_off", by=CITIZEN, on=NONE
    ),
    "security.page": Line(signed_in),
    "security.sessions": Line(signed_in),
    "security.end_session": Line(the_citizen, free="the session of somebody else is not found", on=NONE),
    "security.end_other_sessions": Line(signed_in, free=ONES_OWN, on=NONE),
    "security.notifications": Line(signed_in, free=ONES_OWN, on=NONE),
    "security.password": Line(
        signed_in,
        free=ONES_OWN,
        form={"password": "tilleul kiosque halle jeudi", "again": "tilleul kiosque halle jeudi"},
        on=NONE,
    ),
    "security.remove_password": Line(signed_in, free=ONES_OWN, on=NONE),
    "security.confirm": Line(signed_in, free=ONES_OWN, form={"code": "000000"}, on=NONE),
    "security.send_confirmation": Line(signed_in, free=ONES_OWN, on=NONE),
    "privacy.data": Line(signed_in, free="it hands out what is held on the actor", on=NONE),
    "privacy.conditions": Line(signed_in, free=ONES_OWN, form={"consent": "y"}, on=NONE),
    "privacy.erase": Line(
        signed_in, asks="privacy.can_be_erased", form={"address": "person3@example.org"}, on=NONE
    ),
    "address.change": Line(signed_in, free=ONES_OWN, form={"email": "claire@other.example"}, on=NONE),
    "address.forget": Line(signed_in, free=ONES_OWN, on=NONE),
    "address.confirm": Line(gone),
    # What citizens bring.
    "proposals.new": Line(
        a_new_text, free=DRAFT_OF_ONES_OWN, form={"question": "1", "title": "Un kiosque à musique"}
    ),
    "proposals.new_text": Line(
        a_new_text, free=DRAFT_OF_ONES_OWN, form={"body": "Le kiosque serait au milieu de la place."}
    ),
    "proposals.new_preview": Line(a_new_text, asks="proposals.can_contribute"),
    "proposals.save_draft": Line(a_new_text, free=DRAFT_OF_ONES_OWN, form={"title": "Un kiosque"}),
    "proposals.ask_to_discard": Line(everybody),
    "proposals.discard": Line(everybody, free=DRAFT_OF_ONES_OWN),
    "proposals.preview": Line(a_new_text, free=PREVIEW, form={"body": "Un texte."}),
    "proposals.edit": Line(
        the_authors_act,
        asks="proposals.can_change",
        form={
            "question": "1",
            "title": "Des bancs au soleil",
            "body": "Des bancs, mais au soleil, devant la halle.",
        },
        on=OWN,
    ),
    "proposals.withdraw": Line(the_authors_act, asks="proposals.can_withdraw", on=OWN),
    "proposals.support": Line(an_act_on_anothers, asks="proposals.can_support"),
    "proposals.withdraw_support": Line(taking_back, asks="proposals.can_withdraw_support"),
    "proposals.comment": Line(a_citizens_act, asks="proposals.can_comment", form=COMMENT),
    "proposals.withdraw_comment": Line(the_commentators_act, asks="proposals.can_withdraw", on=OWN),
    # Consultations, for the team.
    "manage.dashboard": Line(any_team),
    "consultations_admin.create": Line(
        some_manager, asks="consultations.can_manage", form=CONSULTATION, by=MANAGER, on=NONE
    ),
    "consultations_admin.edit": Line(
        managers, asks="consultations.can_manage", form=CONSULTATION, by=MANAGER, on=DRAFT
    ),
    "consultations_admin.preview": Line(managers),
    "consultations_admin.preview_text": Line(
        some_manager, free=PREVIEW, form={"text": "Un *texte*."}, by=MANAGER, on=NONE
    ),
    "consultations_admin.publish": Line(managers, asks="consultations.can_manage", by=MANAGER, on=DRAFT),
    # Paper and meetings; the contributions of this world were written on the site.
    "paper_admin.index": Line(managers),
    "paper_admin.new": Line(while_paper_comes_in, asks="proposals.can_enter_paper", form=PAPER, by=MANAGER),
    "paper_admin.edit": Line(nothing_on_paper),
    "paper_admin.withdraw": Line(nothing_on_paper),
    "reports_admin.synthesis": Line(
        managers, once_closed, asks="reports.can_publish_synthesis", by=MANAGER, on=CLOSED
    ),
    # Moderation.
    "moderation_admin.index": Line(own_team),
    "moderation_admin.contribution": Line(
        moderated, hiding, asks="moderation.can_moderate", form=HIDE, by=MODERATOR
    ),
    "moderation_admin.comment": Line(moderated, hiding, asks="moderation.can_moderate", form=HIDE, by=MODERATOR),
    "moderation_admin.several": Line(
        own_team, asks="moderation.can_moderate", form={**HIDE, "item": "contribution-1"}, by=MODERATOR
    ),
    "moderation.log": Line(everybody),
    "moderation.report_contribution": Line(reporting, asks="moderation.can_report", form=REPORT),
    "moderation.report_comment": Line(reporting_a_comment, asks="moderation.can_report", form=REPORT),
    "moderation.decision": Line(
        the_author_told, asks="moderation.can_answer", form={"body": "Ce n’était pas une insulte."}, on=NONE
    ),
    # Organisations and their teams.
    "organisations_admin.identity": Line(
        managers, asks="organisations.can_set_identity", form={"name": "Val-des-Chênes"}, by=MANAGER, on=NONE
    ),
    "team.index": Line(
        own_team,
        administrators,
        asks="organisations.can_invite",
        form={"email": "somebody@example.org", "role": "moderator", "words": ""},
        owns=frozenset({"role"}),
        by=ADMINISTRATOR,
        on=NONE,
    ),
    "team.member": Line(
        administrators,
        asks="organisations.can_change_role",
        form={"role": "moderator"},
        owns=frozenset({"role"}),
        by=ADMINISTRATOR,
        on=NONE,
    ),
    "team.remove": Line(the_member_or_administrators, asks="organisations.can_remove", by=ADMINISTRATOR, on=NONE),
    "team.send_again": Line(administrators, asks="organisations.can_send_again", by=ADMINISTRATOR, on=NONE),
    "team.revoke": Line(administrators, asks="organisations.can_manage_team", by=ADMINISTRATOR, on=NONE),
    "organisations.invitation": Line(everybody),
    "organisations.accept_invitation": Line(the_invited, asks="organisations.can_accept", on=NONE),
}
