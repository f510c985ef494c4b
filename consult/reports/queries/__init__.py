"""What reports read: statistics, contributions for files, editions, and the recount."""
