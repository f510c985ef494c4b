"""Municipalities and their teams."""
