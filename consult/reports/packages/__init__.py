"""Data packages going out: what each file holds, and the zip that streams them."""
