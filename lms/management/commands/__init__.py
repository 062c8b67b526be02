"""Commands over all rooms."""
