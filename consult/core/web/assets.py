"""Addresses that change when what they show does, so that browsers may keep it for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

from consult.core import paths
from consult.core.web.languages import root_path

FOR_GOOD = "public, max-age=31536000, immutable"


@cache
def _version(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The versioned address of a file under `static/`; the same in every language."""
    path = paths.STATIC / name
    version = _version(path, path.stat().st_mtime_ns) if path.is_file() else "missing"
    return f"{root_path()}/static/{name}?v={version}"


def kept_for_good(response: Response, version: str) -> Response:
    """Let whoever asked for exactly this version of something keep it for a year."""
    if request.args.get("v") == version:
        response.headers["Cache-Control"] = FOR_GOOD
    return response


def configure_assets(app: Flask) -> None:
    """Offer `asset()` to templates; versioned files are immutable."""
    app.add_template_global(asset)

    @app.after_request
    def cache_static(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code in {200, 304}:
            response.headers["Cache-Control"] = FOR_GOOD
        return response
