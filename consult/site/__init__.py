"""Pages composed of several features."""
