from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, overload

from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

__version__: str
DEFAULT_OPTIONS: dict[str, Any]

class CSS:
    def __init__(
        self,
        guess: object = None,
        filename: str | Path | None = None,
        url: str | None = None,
        file_obj: BinaryIO | None = None,
        string: str | None = None,
        encoding: str | None = None,
        base_url: str | Path | None = None,
        url_fetcher: URLFetcher | None = None,
        *,
        media_type: str = "print",
        font_config: FontConfiguration | None = None,
    ) -> None: ...

class Attachment:
    def __init__(
        self,
        guess: object = None,
        filename: str | Path | None = None,
        url: str | None = None,
        file_obj: BinaryIO | None = None,
        string: str | bytes | None = None,
        base_url: str | Path | None = None,
        url_fetcher: URLFetcher | None = None,
        *,
        name: str | None = None,
        description: str | None = None,
        relationship: str = "Unspecified",
    ) -> None: ...

class Document:
    pages: Sequence[Any]
    metadata: Any
    def make_bookmark_tree(self) -> list[Any]: ...
    @overload
    def write_pdf(self, target: None = None, **options: Any) -> bytes: ...
    @overload
    def write_pdf(self, target: str | Path | BinaryIO, **options: Any) -> None: ...

class HTML:
    def __init__(
        self,
        guess: object = None,
        filename: str | Path | None = None,
        url: str | None = None,
        file_obj: BinaryIO | None = None,
        string: str | None = None,
        encoding: str | None = None,
        base_url: str | Path | None = None,
        url_fetcher: URLFetcher | None = None,
        media_type: str = "print",
    ) -> None: ...
    def render(
        self,
        font_config: FontConfiguration | None = None,
        *,
        stylesheets: Sequence[CSS | str | Path] | None = None,
        **options: Any,
    ) -> Document: ...
    @overload
    def write_pdf(
        self,
        target: None = None,
        zoom: float = 1,
        finisher: Callable[..., None] | None = None,
        font_config: FontConfiguration | None = None,
        *,
        stylesheets: Sequence[CSS | str | Path] | None = None,
        **options: Any,
    ) -> bytes: ...
    @overload
    def write_pdf(
        self,
        target: str | Path | BinaryIO,
        zoom: float = 1,
        finisher: Callable[..., None] | None = None,
        font_config: FontConfiguration | None = None,
        *,
        stylesheets: Sequence[CSS | str | Path] | None = None,
        **options: Any,
    ) -> None: ...
