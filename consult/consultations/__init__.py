"""The time-boxed consultation: dates, questions, digest, testimonies, tally."""
