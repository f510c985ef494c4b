"""Consultation packages coming in: read as a stream, checked whole, then stored at once."""
