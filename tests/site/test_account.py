"""One's own account: what one brought and supports, and nothing of anybody else's."""

from __future__ import annotations

import pytest

from consult.core.access import Actor
from consult.core.db import transaction
from consult.proposals.commands import withdraw_contribution
from consult.proposals.own_acts import LISTED, OwnActs, own_acts
from consult.proposals.values import Stance, Status
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements


def acts_of(actor: Actor) -> OwnActs:
    with transaction() as session:
        return own_acts(session, actor.person_id or 0)


def section(html: str, name: str) -> str:
    return html.split(f'aria-labelledby="{name}-title"', 1)[1].split("</section>", 1)[0]


def test_a_new_account_says_what_will_be_there(make: Factory, client: AuditedClient) -> None:
    client.sign_in(make.person("Claire"))
    html = client.get("/en/account").text
    assert "What you bring and support will be listed here." in html
    assert "My supports" not in html


def test_it_lists_what_i_brought_and_support(make: Factory, client: AuditedClient) -> None:
    made, claire, other = make.consultation(title="La halle"), make.person("Claire"), make.person("Noé")
    mine = make.contribution(made, claire, title="Ouvrir le soir aux associations")
    theirs = make.contribution(made, other, title="Un banc à l’ombre du tilleul")
    make.support(made, theirs, claire)
    number = make.comment(made, theirs, claire, stance=Stance.AGAINST)
    client.sign_in(claire)
    html = client.get("/en/account").text
    address = f"/en/consultations/{made.slug}/contributions"
    assert f'href="{address}/{mine}"' in section(html, "contributions")
    assert "Un banc" not in section(html, "contributions")
    assert f'href="{address}/{theirs}#comment-{number}"' in section(html, "comments")
    assert "Argument against" in section(html, "comments")
    supports = section(html, "supports")
    assert f'href="{address}/{theirs}"' in supports
    assert "Ouvrir le soir" not in supports
    assert 'lang="fr"' in supports


def test_titles_have_the_spaces_of_their_language(make: Factory, client: AuditedClient) -> None:
    made, claire = make.consultation(title="La halle : pourquoi ?"), make.person("Claire")
    make.contribution(made, claire, title="Ouvrir le soir ? Oui !")
    client.sign_in(claire)
    mine = section(client.get("/en/account").text, "contributions")
    assert "Ouvrir le soir\u202f? Oui\u202f!" in mine
    assert "La halle\u00a0: pourquoi\u202f?" in mine


def test_what_i_support_is_shown_to_nobody_else(make: Factory, client: AuditedClient) -> None:
    made, claire = make.consultation(), make.person("Claire")
    make.support(made, make.contribution(made), claire)
    client.sign_in(make.person("Noé"))
    answer = client.get("/en/account")
    assert "My supports" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_no_longer_public_stays_listed_without_a_way_to_it(make: Factory, client: AuditedClient) -> None:
    made, claire = make.consultation(), make.person("Claire")
    number = make.contribution(made, claire, title="Une idée que je retire")
    make.support(made, number)
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=claire, consultation_id=made.id, number=number, now=make.now)
    client.sign_in(claire)
    mine = section(client.get("/en/account").text, "contributions")
    assert "Une idée que je retire" in mine
    assert "Withdrawn" in mine
    assert "<a " not in mine


def test_a_support_below_what_was_withdrawn_is_not_listed(make: Factory) -> None:
    made, author, claire = make.consultation(), make.person(), make.person("Claire")
    number = make.contribution(made, author)
    make.support(made, number, claire)
    comment = make.comment(made, number, claire)
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=author, consultation_id=made.id, number=number, now=make.now)
    acts = acts_of(claire)
    assert acts.supports == ()
    assert [(item.number, item.status, item.in_place) for item in acts.comments] == [
        (comment, Status.PUBLISHED, False)
    ]


def test_the_newest_come_first(make: Factory) -> None:
    made, claire = make.consultation(), make.person("Claire")
    numbers = [make.contribution(made, claire, title=f"Une idée de plus, la {n}e") for n in range(3)]
    assert [item.number for item in acts_of(claire).contributions] == numbers[::-1]
    assert len(numbers) < LISTED


@pytest.mark.parametrize("acts", [1, 6])
def test_it_costs_the_same_for_many(make: Factory, acts: int) -> None:
    made, claire = make.consultation(), make.person("Claire")
    for n in range(acts):
        theirs = make.contribution(made, title=f"Une idée d’un autre, la {n}e")
        make.support(made, theirs, claire)
        make.comment(made, theirs, claire)
        make.contribution(made, claire, title=f"Une idée à moi, la {n}e")
    with recorded_statements() as statements:
        acts_of(claire)
    assert len(statements) == 3


def test_a_refused_name_is_said_under_the_title(make: Factory, client: AuditedClient) -> None:
    client.sign_in(make.person("Claire"))
    answer = client.send("/en/account", {"display_name": "x"})
    assert answer.status_code == 422
    assert answer.text.index("<h1>") < answer.text.index('id="error-summary"') < answer.text.index("My name")
