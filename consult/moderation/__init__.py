"""Hiding and restoring, with a reason."""
