"""Structured logs: one JSON object per line, with a request id and no personal data."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("consult_request_id", default="")
# What a database server says of the row that it refused, and who writes to an address by mistake of ours.
_DETAILS = ("DETAIL:", "CONTEXT:", "HINT:", "[parameters:", "LINE ")
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record and its `extra` values as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object; an exception adds its traceback under `exception`."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.getMessage(),
            "logger": record.name,
        }
        if request_id.get():
            line["request"] = request_id.get()
        line.update({key: value for key, value in record.__dict__.items() if key not in _STANDARD})
        if record.exc_info:
            line["exception"] = without_details(self.formatException(record.exc_info))
        return _ADDRESS.sub("(address)", json.dumps(line, ensure_ascii=False, default=str))


def without_details(traceback: str) -> str:
    """A traceback without what databases add to their messages: the values that they stumbled over."""
    return "\n".join(text for text in traceback.splitlines() if not text.lstrip().startswith(_DETAILS))


def configure_logs(level: str) -> None:
    """Send the logs of Consult and its libraries to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("weasyprint", "fontTools", "huey", "markdown", "MARKDOWN", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
