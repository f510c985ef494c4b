"""What can be wrong with a journal."""


class NoJournal(Exception):
    """An act happened in a consultation whose journal was never begun: nothing of it may be stored."""
