"""Activity reports of the villages."""
