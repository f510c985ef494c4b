"""Answers made smaller on the wire: public pages as they are sent, static files once per process.

Only an answer that anybody may have is compressed. A signed-in page carries form tokens, and many a page repeats
words of its address: compressed together, the length of such an answer would tell an eavesdropper who varies the
words how much of the token they have guessed (BREACH). What must not be stored is therefore sent as it is.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, request
from flask_compress import Compress

from consult.core import paths

# Text of ours, and nothing that is compressed already (PDF, PNG, WOFF2, zip).
TYPES = (
    "text/html",
    "text/css",
    "text/csv",
    "text/javascript",
    "text/plain",
    "text/xml",
    "application/atom+xml",
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "application/rss+xml",
    "application/xml",
    "image/svg+xml",
)
# A smaller answer fits into one packet either way.
_SMALLEST = 600
# A list of 24 KB: zstd's third grade makes 5.1 KB of it in 0.07 ms, brotli's fourth 4.8 KB in 0.22 ms, its fifth
# 4.6 KB in 0.36 ms, while the page itself takes a few. Browsers without zstd get brotli, programs gzip.
_SETTINGS = {
    "COMPRESS_REGISTER": False,
    "COMPRESS_MIMETYPES": list(TYPES),
    "COMPRESS_MIN_SIZE": _SMALLEST,
    "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
    "COMPRESS_ALGORITHM_STREAMING": ["zstd", "br", "gzip"],
    "COMPRESS_BR_LEVEL": 4,
    "COMPRESS_BR_WINDOW": 18,
    "COMPRESS_ZSTD_LEVEL": 3,
    "COMPRESS_LEVEL": 6,
}
_STATIC_ENCODINGS = ("br", "gzip")


def configure_compression(app: Flask) -> None:
    """Compress after the headers are set: call it before `configure_headers`, hooks run backwards."""
    app.config.update(_SETTINGS)
    compress = Compress(app)

    @app.after_request
    def compress_public_answers(response: Response) -> Response:
        if request.endpoint == "static":
            return _compressed_file(response)
        if request.method not in {"GET", "HEAD"} or response.cache_control.no_store:
            return response
        return compress.after_request(response)


def _compressed_file(response: Response) -> Response:
    """A static text file as small as it gets, under an ETag of its own."""
    if response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    encoding = request.accept_encodings.best_match(_STATIC_ENCODINGS)
    if response.status_code != 200 or encoding is None:
        return response
    # Resolved, because one file has many names (`a/../b`) and each would be compressed anew.
    path = (paths.STATIC / (request.view_args or {})["filename"]).resolve()
    body = _smallest(path, path.stat().st_mtime_ns, encoding)
    if len(body) >= path.stat().st_size:
        return response
    response.close()  # the file that was opened to be sent as it is
    response.direct_passthrough = False
    response.set_data(body)
    response.headers["Content-Encoding"] = encoding
    response.headers.pop("Accept-Ranges", None)
    response.set_etag(f"{response.get_etag()[0]}-{encoding}")
    response.make_conditional(request)
    return response


@lru_cache(maxsize=256)
def _smallest(path: Path, _modified: int, encoding: str) -> bytes:
    """A file compressed as well as can be, once per process: a release has a few dozen of them."""
    content = path.read_bytes()
    return brotli.compress(content, quality=11) if encoding == "br" else gzip.compress(content, 9, mtime=0)
