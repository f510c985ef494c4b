"""Plots, the recount, exports, the PDF synthesis."""
