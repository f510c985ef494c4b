"""Named errors of reports."""


class RenderingFailed(Exception):
    """A PDF could not be rendered; the message says why, for the log and the edition's row."""
