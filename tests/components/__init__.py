"""The macros of templates/components, rendered with plain values."""
