"""The team's shell and dashboard."""
