"""What a page says of itself to networks and search engines, and the small files they ask for."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from PIL import Image

from consult.site.shared import share_links
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.variants import variant_of

HOSTILE = "L’eau ]]> \"<script>alert(1)</script>\" & 'co' \u0627\u0644\u0633\u0648\u0642"
META = re.compile(r'<meta (?:property|name)="(og:[\w:]+|twitter:card)" content="([^"]*)">')
NETWORKS = {"www.facebook.com", "wa.me", "www.linkedin.com", "bsky.app"}


def said(client: AuditedClient, address: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in META.findall(client.get(address).text)}


def links(html: str, pattern: str) -> dict[str, str]:
    return dict(re.findall(rf'<link rel="{pattern}"(?: hreflang="([\w-]+)")? href="([^"]+)">', html))


@pytest.mark.parametrize(("prefix", "locale", "other"), [("", "fr_FR", "en_GB"), ("/en", "en_GB", "fr_FR")])
def test_a_consultation_says_what_it_is(
    make: Factory, client: AuditedClient, prefix: str, locale: str, other: str
) -> None:
    made = make.consultation()
    address = f"{prefix}/consultations/{made.slug}"
    told = said(client, address)
    image = told.pop("og:image")
    assert re.fullmatch(rf"http://localhost{address}/card\.png\?v=[0-9a-f]{{8}}", image)
    alternative = told.pop("og:image:alt")
    assert "Val-des-Tilleuls" in alternative
    assert told == {
        "og:type": "website",
        "og:site_name": "Consult",
        "og:title": "Quelle place pour la halle\u202f?",
        "og:description": "Dites-nous ce que la halle doit devenir.",
        "og:url": f"http://localhost{address}",
        "og:locale": locale,
        "og:locale:alternate": other,
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "twitter:card": "summary_large_image",
    }


def test_a_contribution_is_shared_as_itself(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    number = make.contribution(made, title="Des ateliers partagés")
    told = said(client, f"/consultations/{made.slug}/contributions/{number}?after=1")
    assert told["og:title"] == "Des ateliers partagés"
    assert told["og:description"].startswith("Ouvrir des ateliers")
    assert told["og:type"] == "article"
    assert told["og:url"] == f"http://localhost/consultations/{made.slug}/contributions/{number}"
    assert f"/consultations/{made.slug}/card.png?" in told["og:image"]


def test_so_is_the_home_page(client: AuditedClient) -> None:
    told = said(client, "/en/")
    assert (told["og:title"], told["og:url"]) == ("Consult", "http://localhost/en/")
    assert told["og:image"].startswith("http://localhost/en/card.png?v=")


def test_hostile_words_stay_words(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(title=HOSTILE, summary=HOSTILE)
    number = make.contribution(made, title=HOSTILE)
    for path in ("", f"/contributions/{number}"):
        address = f"/consultations/{made.slug}{path}"
        assert "<script>alert(1)" in said(client, address)["og:title"]
        assert "<script>alert" not in client.get(address).text


def test_a_draft_says_nothing_to_anybody(make: Factory, client: AuditedClient) -> None:
    draft = make.consultation(published=False)
    client.sign_in(make.member(draft.organisation_id))
    page = client.get(f"/consultations/{draft.slug}").text
    assert "og:" not in page
    assert "feed.atom" not in page
    assert 'class="share"' not in page


@pytest.mark.parametrize("query", ["", "?after=3-1", "?sort=recent", "?question=1"])
def test_a_list_however_turned_over_is_one_page(make: Factory, client: AuditedClient, query: str) -> None:
    made = make.consultation()
    path = f"/consultations/{made.slug}/contributions"
    page = client.get(f"/en{path}{query}").text
    assert f'<link rel="canonical" href="http://localhost/en{path}">' in page
    assert links(page, "alternate") == {
        "fr": f"http://localhost{path}",
        "en": f"http://localhost/en{path}",
        "x-default": f"http://localhost{path}",
    }
    assert '<meta name="robots"' not in page


def test_what_somebody_searched_for_is_no_page(make: Factory, client: AuditedClient) -> None:
    page = client.get(f"/consultations/{make.consultation().slug}/contributions?q=halle").text
    assert '<meta name="robots" content="noindex, follow">' in page
    assert 'rel="canonical"' not in page
    assert "hreflang=" not in page.split("</head>")[0]


def test_neither_is_one_that_does_not_exist(client: AuditedClient) -> None:
    head = client.get("/nothing").text.split("</head>")[0]
    assert 'rel="canonical"' not in head
    assert "hreflang=" not in head


def test_addresses_are_absolute_below_the_base_address(app: Flask, make: Factory) -> None:
    made = make.consultation()
    with variant_of(app, base_url="https://ville.example.org/participer") as other:
        client = AuditedClient(other)
        page = client.get(f"/en/consultations/{made.slug}", headers={"Host": "evil.example"}).text
        told = said(client, f"/en/consultations/{made.slug}")
    assert "evil.example" not in page
    for name in ("og:url", "og:image"):
        assert told[name].startswith(f"https://ville.example.org/participer/en/consultations/{made.slug}")
    assert {link.split("/consultations")[0] for link in links(page, "alternate").values()} == {
        "https://ville.example.org/participer",
        "https://ville.example.org/participer/en",
    }


def test_share_links_carry_the_address_and_load_nothing(app: Flask) -> None:
    address = "https://ville.example.org/consultations/halle"
    with app.test_request_context("/"):
        shared = share_links(HOSTILE, address)
    mail, *networks = (urlsplit(link.url) for link in shared)
    words = parse_qs(mail.query, strict_parsing=True)
    assert mail.scheme == "mailto"
    assert words == {"subject": [HOSTILE], "body": [f"{HOSTILE}\r\n\r\n{address}"]}
    assert {item.netloc for item in networks} == NETWORKS
    for item in networks:
        assert item.scheme == "https"
        assert address in unquote(item.query)
        assert not re.search(r"[\s\"'<>]", item.geturl())


@pytest.mark.parametrize("path", ["", "/contributions/1"])
def test_pages_offer_them(make: Factory, client: AuditedClient, path: str) -> None:
    made = make.consultation()
    make.contribution(made)
    address = f"/en/consultations/{made.slug}{path}"
    page = client.get(address).text
    box = page.split('<section class="share"', 1)[1].split("</section>", 1)[0]
    assert box.count('rel="noopener noreferrer nofollow"') == 5
    assert f'readonly value="http://localhost{address}"' in box
    assert "target=" not in box
    assert not re.search(r"<(img|iframe|script|form|button)", box)


def test_robots_may_read_what_everybody_reads(client: AuditedClient, app: Flask) -> None:
    response = client.get("/robots.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    lines = response.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"
    for path in ("/manage", "/account", "/sign-in", "/consultations/*/contributions?"):
        assert f"Disallow: {path}" in lines
        assert f"Disallow: /en{path}" in lines
    assert "Disallow: /" not in lines
    with variant_of(app, base_url="https://ville.example.org/participer", default_language="en") as other:
        lines = AuditedClient(other).get("/robots.txt").text.splitlines()
    assert "Disallow: /participer/manage" in lines
    assert "Disallow: /participer/fr/manage" in lines
    assert lines[-1] == "Sitemap: https://ville.example.org/participer/sitemap.xml"


@pytest.mark.parametrize(("prefix", "language"), [("", "fr"), ("/en", "en")])
def test_the_manifest_names_the_site_and_its_icons(
    app: Flask, client: AuditedClient, prefix: str, language: str
) -> None:
    page = client.get(f"{prefix}/").text
    assert f'<link rel="manifest" href="{prefix}/site.webmanifest">' in page
    with variant_of(app, site_name='Participer à "Val" & co') as other:
        response = AuditedClient(other).get(f"{prefix}/site.webmanifest")
    assert response.mimetype == "application/manifest+json"
    told = json.loads(response.data)
    assert (told["name"], told["lang"], told["start_url"]) == ('Participer à "Val" & co', language, f"{prefix}/")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for icon in told["icons"]:
        with client.get(icon["src"]) as answer, Image.open(io.BytesIO(answer.data)) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            assert "immutable" in answer.headers["Cache-Control"]


def test_icons_for_whoever_asks(client: AuditedClient) -> None:
    page = client.get("/").text
    touch = page.split('<link rel="apple-touch-icon" href="', 1)[1].split('"', 1)[0]
    with client.get(touch) as answer, Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (180, 180)
    with client.get("/favicon.ico") as answer:
        assert answer.mimetype == "image/x-icon"
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert (32, 32) in picture.info["sizes"]


@pytest.mark.parametrize(
    "path", ["/robots.txt", "/sitemap.xml", "/site.webmanifest", "/favicon.ico", "/card.png", "/feed.atom"]
)
def test_none_of_them_leaves_a_cookie(client: AuditedClient, path: str) -> None:
    with client.get(path) as response:
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers


def test_a_preview_shares_the_public_address(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.sign_in(make.member(made.organisation_id))
    page = client.get(f"/en/manage/consultations/{made.slug}/preview").text
    assert f'readonly value="http://localhost/en/consultations/{made.slug}"' in page
    assert "/preview" not in page.split('<section class="share"', 1)[1].split("</section>", 1)[0]
