"""Named errors of the visitor count."""


class SaltUnavailable(Exception):
    """The day's secret can be neither read nor made: nobody is counted until it can."""
