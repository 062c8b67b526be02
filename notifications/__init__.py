"""One inbox and the channels that leave it."""
