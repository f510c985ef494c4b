"""Visitors, counted without cookies."""
