"""What citizens bring: contributions, supports, comments."""
