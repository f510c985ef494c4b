"""Named errors of consultations; codes are stable (sentences in `messages.py`)."""

from consult.core.errors import Invalid


class SlugTaken(Invalid):
    """Another consultation has this address already."""

    def __init__(self) -> None:
        super().__init__("slug", "slug_taken")


class DateFrozen(Invalid):
    """A date that may no longer change: the opening once open, the closing once past."""


class EditedMeanwhile(Invalid):
    """Somebody else saved the consultation after this form was opened."""

    def __init__(self) -> None:
        super().__init__("based_on", "edited_meanwhile")
