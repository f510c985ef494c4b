"""Consult: public consultations whose figures anyone can recompute."""

__version__ = "0.1.0"
