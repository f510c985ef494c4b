"""Public answers and static files are compressed; what is personal never is, and revalidation goes on working."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import brotli
import pytest
from flask import Flask, Response
from flask_compress.compat import compression

from consult.core import paths
from tests.support.clients import AuditedClient
from tests.support.factories import Factory

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "zstd": compression.zstd.decompress}
ICON = "/static/images/favicon.svg"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("zstd;q=0.5, br;q=0.9", "br"),
    ],
)
def test_a_public_page_is_compressed_as_the_browser_likes_it(
    make: Factory, client: AuditedClient, accepted: str, encoding: str
) -> None:
    address = f"/consultations/{make.consultation().slug}/about"
    whole = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in whole.headers
    assert packed.headers["Content-Encoding"] == encoding
    assert UNPACK[encoding](packed.data) == whole.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(whole.data) * 0.7
    for answer in (whole, packed):
        assert {"Cookie", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))


def test_a_compressed_page_is_revalidated(make: Factory, client: AuditedClient) -> None:
    address = f"/consultations/{make.consultation().slug}/about"
    first = client.get(address, headers=BROWSER)
    assert first.headers["ETag"].startswith("W/"), "of one meaning in every encoding"
    again = client.get(address, headers=BROWSER | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept-Encoding" in again.headers["Vary"]
    assert client.get(address, headers=BROWSER | {"If-None-Match": 'W/"other"'}).status_code == 200


def test_a_page_with_a_session_is_sent_as_it_is(make: Factory, client: AuditedClient) -> None:
    # Form tokens and words of the address in one compressed answer: its length would tell (BREACH).
    for address in ("/sign-in", "/nothing"):
        assert "Content-Encoding" not in client.get(address, headers=BROWSER).headers, address
    slug = make.consultation().slug
    client.sign_in(make.person())
    for address in ("/", f"/consultations/{slug}", f"/consultations/{slug}/contributions?q=words", "/account"):
        answer = client.get(address, headers=BROWSER)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Content-Encoding" not in answer.headers, address


def test_an_answer_of_a_few_words_is_sent_as_it_is(client: AuditedClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=BROWSER).headers


def test_a_stream_stays_one(app: Flask) -> None:
    taken: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(200_000):
            taken.append(number)
            yield f"{number},{number * 7919 % 10_007}\n"

    compress = app.after_request_funcs[None][_place_of(app, "compress_public_answers")]
    with app.test_request_context("/", headers=BROWSER):
        answer = compress(Response(lines(), mimetype="text/csv"))
        chunks = answer.iter_encoded()
        first = next(iter(chunks))
        assert len(taken) < 100_000, "the first part is sent before the last is made"
        packed = first + b"".join(chunks)
    assert answer.headers["Content-Encoding"] == "zstd"
    assert "Content-Length" not in answer.headers
    assert compression.zstd.decompress(packed).count(b"\n") == len(taken) == 200_000


def _place_of(app: Flask, name: str) -> int:
    return [hook.__name__ for hook in app.after_request_funcs[None]].index(name)


def test_the_csv_of_a_consultation_comes_compressed(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    for _ in range(5):
        make.contribution(made)
    address = f"/consultations/{made.slug}/contributions.csv"
    with client.get(address) as whole, client.get(address, headers=BROWSER) as packed:
        assert packed.headers["Content-Encoding"] == "zstd"
        assert compression.zstd.decompress(packed.data) == whole.data


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_static_file_is_compressed_and_kept(client: AuditedClient, encoding: str) -> None:
    address, asked = "/static/vendor/consult.css?v=1", {"Accept-Encoding": encoding}
    with client.get(address) as whole, client.get(address, headers=asked) as packed:
        assert packed.headers["Content-Encoding"] == encoding
        assert UNPACK[encoding](packed.data) == whole.data
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(whole.data) / 3
        assert packed.headers["Cache-Control"].endswith("immutable")
        tags = [answer.headers["ETag"] for answer in (whole, packed)]
        assert tags[0] != tags[1], "other bytes, another tag"
        assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (whole, packed))
    for headers, tag in (({}, tags[0]), (asked, tags[1])):
        with client.get(address, headers={**headers, "If-None-Match": tag}) as again:
            assert (again.status_code, again.data) == (304, b"")
    with client.get(address, headers={**asked, "Range": "bytes=0-9"}) as part:
        assert (part.status_code, part.headers.get("Content-Encoding")) == (206, None)


def test_a_changed_file_is_compressed_anew(
    client: AuditedClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("static")
    monkeypatch.setattr(paths, "STATIC", folder)
    monkeypatch.setattr(client.application, "static_folder", str(folder))
    for letter in "ab":
        (folder / "letters.css").write_text(letter * 5000)
        with client.get("/static/letters.css", headers={"Accept-Encoding": "br"}) as answer:
            assert brotli.decompress(answer.data) == letter.encode() * 5000


def test_what_is_compressed_already_is_left_alone(client: AuditedClient) -> None:
    with client.get("/static/vendor/fonts/text-latin.woff2", headers=BROWSER) as font:
        assert font.data == (paths.STATIC / "vendor" / "fonts" / "text-latin.woff2").read_bytes()
        assert "Content-Encoding" not in font.headers
    with client.get("/static/nothing.css", headers=BROWSER) as missing:
        assert missing.status_code == 404


def test_head_answers_as_get_does(make: Factory, client: AuditedClient) -> None:
    for address in (f"/consultations/{make.consultation().slug}/about", ICON):
        with client.get(address, headers=BROWSER) as full, client.head(address, headers=BROWSER) as head:
            assert head.data == b""
            for name in ("Content-Encoding", "Content-Length", "ETag"):
                assert head.headers.get(name) == full.headers.get(name), name
