"""The settings of the application that is at work: the one place that knows where they are kept."""

from __future__ import annotations

from flask import Flask, current_app

from consult.settings import Settings

_EXTENSION = "consult_settings"


def install_settings(app: Flask, settings: Settings) -> None:
    """Make the settings known to everything that runs inside the application."""
    app.extensions[_EXTENSION] = settings


def current_settings() -> Settings:
    """The settings of the current application: of a request, a task or a command."""
    found: Settings = current_app.extensions[_EXTENSION]
    return found
