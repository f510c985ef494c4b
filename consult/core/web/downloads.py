"""Large files made for one reader: written first, sent afterwards.

A reader may take as long as they like to fetch a file. The transaction that it is made from must not wait for
them: an open one keeps deleted bytes in SQLite's journal and earlier versions of rows in PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.core.web.failures import failure_page

_BUSY_SECONDS = 10
_PIECE = 64 * 1024
# So many of a server's threads at most make files at the same moment; the others serve readers.
_ADMITTED = BoundedSemaphore(2)


def download(make: Callable[[], Iterator[bytes]], *, name: str, mimetype: str) -> ResponseReturnValue:
    """The file whose bytes `make()` gives, in bounded memory; 503 while two others are being made.

    It lies in a file without a name (in the folder that TMPDIR names) that is gone once it is sent. `make` is
    exhausted, and its transaction closed, before the first byte leaves.
    """
    if not _ADMITTED.acquire(blocking=False):
        return failure_page(
            503,
            _("Several files are being prepared at this moment. Wait a few seconds and try again."),
            title=_("Please try again in a moment"),
            headers={"Retry-After": str(_BUSY_SECONDS)},
        )
    file = TemporaryFile(prefix="consult-download-")  # noqa: SIM115 - the answer closes it once it is sent
    try:
        file.writelines(make())
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    finally:
        _ADMITTED.release()
    response = Response(_read(file), mimetype=mimetype)
    response.call_on_close(file.close)  # a reader who goes away before the first piece
    response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
