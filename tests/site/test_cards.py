"""The picture of a consultation: what it says fits, whatever it says; it is small, kept, and for everybody."""

from __future__ import annotations

import io
import threading
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from consult.site.cards import drawing, files
from consult.site.cards.drawing import CardWords, draw_card
from consult.site.cards.files import card_key, kept_card
from consult.site.cards.lines import fit_on_lines, wrap
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements

WORDS = CardWords(
    "Consult", "Quelle place pour la halle ?", "Val-des-Tilleuls", "Ouverte", True, "Du 1 au 31 mars"
)
TITLES = [
    "Halle",
    "Quelle gouvernance pour la ville intelligente et ses services, de la donnée à la décision publique, " * 2,
    "ما هو مستقبل السوق المغطاة في مدينتنا القديمة؟",
    "Το μέλλον της αγοράς",
    "中文标题",
    "La halle 🏛️ et le marché",
    "https://" + "a" * 190,
    "<script>alert(1)</script> ]]> & \u202e",
    "e" + "\u0301" * 8,
    "Une halle\u2029collée\u2028d’un\ndocument",
    "",
]


def picture_of(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        assert opened.format == "PNG"
        return opened.convert("RGB")


@pytest.mark.parametrize("title", TITLES)
def test_any_title_makes_a_small_picture(title: str) -> None:
    content = draw_card(CardWords("Consult", title, "Val-des-Tilleuls", "Ouverte", True, "Du 1 au 31 mars"))
    picture = picture_of(content)
    assert picture.size == (1200, 630)
    assert len(content) < 60 * 1024
    # Nothing is written on the pillars or outside them.
    for x in (20, 72, 1100, 1128, 1180):
        assert len({picture.getpixel((x, y)) for y in range(160, 600)}) == 1, x


def test_what_no_font_can_show_gives_way_to_who_asks() -> None:
    shown = CardWords("Consult", "中文标题", "Val-des-Tilleuls")
    assert draw_card(shown) == draw_card(CardWords("Consult", "Val-des-Tilleuls", "Val-des-Tilleuls"))


def test_a_letter_that_no_font_has_is_left_out() -> None:
    assert draw_card(CardWords("Consult", "La halle 🏛️")) == draw_card(CardWords("Consult", "La halle"))


def test_who_consults_gives_the_roof_its_colour() -> None:
    picture = picture_of(draw_card(CardWords("Consult", "Halle", colour="#7A1F4B")))
    assert picture.getpixel((600, 90)) == (0x7A, 0x1F, 0x4B)


def test_without_any_font_of_ours_a_card_can_still_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    none: tuple[Path, ...] = (Path("/nowhere/font.ttf"),)
    monkeypatch.setattr(drawing, "_FILES", dict.fromkeys(drawing._FILES, none))
    assert picture_of(draw_card(WORDS)).size == (1200, 630)


def width(text: str) -> float:
    return len(text)


def test_lines_break_between_words_only() -> None:
    assert wrap("une place pour la halle", 10, width) == ["une place", "pour la", "halle"]


@pytest.mark.parametrize("space", ["\u202f", "\u00a0"])
def test_a_mark_stays_with_its_word(space: str) -> None:
    assert wrap(f"que faire{space}?", 10, width) == ["que", f"faire{space}?"]


def test_the_largest_size_that_takes_whole_words_wins() -> None:
    def large(text: str) -> float:
        return 2 * len(text)

    assert fit_on_lines("une place", 12, [(large, 2), (width, 2)]) == (["une", "place"], 0)
    assert fit_on_lines("une médiathèque", 12, [(large, 2), (width, 2)]) == (["une", "médiathèque"], 1)


def test_what_fits_in_no_size_ends_after_a_word() -> None:
    assert fit_on_lines("une place pour la halle du marché", 10, [(width, 2)]) == (["une place", "pour la …"], 0)
    lines, _index = fit_on_lines("a" * 50, 10, [(width, 2)])
    assert lines == ["a" * 10, "a" * 8 + " …"]


def test_a_card_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[CardWords] = []

    def counted(words: CardWords) -> bytes:
        drawn.append(words)
        return draw_card(words)

    monkeypatch.setattr(files, "draw_card", counted)
    folder = tmp_path / "cards"
    assert kept_card(folder, WORDS) == kept_card(folder, WORDS)
    assert drawn == [WORDS]
    assert [path.name for path in folder.iterdir()] == [f"{card_key(WORDS)}.png"]


def test_the_folder_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "draw_card", lambda words: words.title.encode())
    monkeypatch.setattr(files, "MOST", 5)
    for number in range(12):
        kept_card(tmp_path, CardWords("Consult", str(number)))
    assert len(list(tmp_path.iterdir())) == 5
    assert kept_card(tmp_path, CardWords("Consult", "11")) == b"11"


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "cards").write_text("a file where the folder should be")
    assert kept_card(tmp_path / "cards", WORDS) == draw_card(WORDS)


def test_many_who_ask_at_once_cost_one_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cards: list[bytes] = []
    drawn: list[CardWords] = []

    def counted(words: CardWords) -> bytes:
        drawn.append(words)
        return draw_card(words)

    monkeypatch.setattr(files, "draw_card", counted)
    threads = [threading.Thread(target=lambda: cards.append(kept_card(tmp_path, WORDS))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cards == [draw_card(WORDS)] * 6
    assert drawn == [WORDS]


@pytest.mark.parametrize(
    "other",
    [
        CardWords("Consult", "Une autre"),
        CardWords("Consult", WORDS.title, WORDS.organisation, "Close", False, WORDS.dates),
        CardWords("Consult", WORDS.title, WORDS.organisation, WORDS.state, True, WORDS.dates, "#7A1F4B"),
    ],
)
def test_another_title_state_or_colour_is_another_card(other: CardWords) -> None:
    assert card_key(other) != card_key(WORDS)


def test_the_addresses_of_cards(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    seen = set()
    for address in ("/card.png", "/en/card.png", f"/consultations/{made.slug}/card.png"):
        response = client.get(address)
        assert response.status_code == 200
        assert response.mimetype == "image/png"
        assert response.headers["Cache-Control"] == "public, max-age=86400"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in response.headers
        assert picture_of(response.data).size == (1200, 630)
        seen.add(response.headers["ETag"])
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        head = client.head(address)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["ETag"] == response.headers["ETag"]
    assert len(seen) == 3
    assert all(not tag.startswith("W/") for tag in seen)


def test_a_versioned_address_is_for_good(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    page = client.get(f"/consultations/{made.slug}").text
    address = page.split('property="og:image" content="http://localhost', 1)[1].split('"', 1)[0]
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get(address.split("?")[0] + "?v=other").headers["Cache-Control"]


def test_drafts_and_what_does_not_exist_have_no_card(make: Factory, client: AuditedClient) -> None:
    draft = make.consultation(published=False)
    client.sign_in(make.member(draft.organisation_id))
    assert client.get(f"/consultations/{draft.slug}/card.png").status_code == 404
    assert client.get("/consultations/nothing/card.png").status_code == 404


def test_a_card_costs_two_statements_and_is_no_visit(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    make.contribution(made)
    with recorded_statements() as statements:
        client.get(f"/consultations/{made.slug}/card.png")
    assert len(statements) == 2
    assert not any(statement.startswith(("INSERT", "UPDATE")) for statement in statements)


def test_the_state_is_on_it(make: Factory, client: AuditedClient) -> None:
    """Text cannot be read out of a picture: another state is another picture, of the same title."""
    cards = {
        client.get(f"/consultations/{made.slug}/card.png").data
        for made in (
            make.consultation(),
            make.consultation(opens_on=date(2026, 3, 20)),
            make.consultation(closes_on=date(2026, 3, 5)),
        )
    }
    assert len(cards) == 3
