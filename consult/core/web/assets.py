"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

from consult.core import paths
from consult.core.web.languages import root_path

_YEAR = 31_536_000


@cache
def _version(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The versioned address of a file under `static/`; the same in every language."""
    path = paths.STATIC / name
    version = _version(path, path.stat().st_mtime_ns) if path.is_file() else "missing"
    return f"{root_path()}/static/{name}?v={version}"


def configure_assets(app: Flask) -> None:
    """Offer `asset()` to templates; versioned files are immutable."""
    app.add_template_global(asset)

    @app.after_request
    def cache_static(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code in {200, 304}:
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response
