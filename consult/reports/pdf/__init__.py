"""The synthesis as a PDF: its document, and the process that renders it."""
